import type { IncidentService, ListTruthFindingsRequest, TruthFinding } from '@akashic/proto'
import type { Database } from '@akashic/shared/postgres'
import type { UnaryHandler } from '@akashic/shared/rpc'
import { forRole, type Started } from '@akashic/shared/access'
import type { KeptFinding } from './truth/finding.ts'
import { listFindings } from './truth/list-findings.ts'

export interface TruthRpcDeps extends Started {
  readonly db: Database
}

/** The methods of akashic.status.v1.IncidentService that are about what the public is told. */
export function truthHandlers(
  deps: TruthRpcDeps,
): Record<Extract<keyof IncidentService, 'listTruthFindings'>, UnaryHandler> {
  return {
    listTruthFindings: forRole(deps, 'viewer', async (request: ListTruthFindingsRequest, { principal }) => {
      const { findings, nextCursor, auditedAtMs } = await listFindings(deps, principal, request)
      return { findings: findings.map(encode), nextCursor, auditedAtMs: auditedAtMs ?? undefined }
    }),
  }
}

function encode({ id, kind, subject, summary, sinceMs, openedAtMs, closedAtMs }: KeptFinding): TruthFinding {
  return {
    ...{ id, kind, summary, sinceMs, openedAtMs },
    subjectKind: subject.kind,
    subjectId: subject.id,
    closedAtMs: closedAtMs ?? undefined,
  }
}
