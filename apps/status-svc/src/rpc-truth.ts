import type { IncidentService, ListTruthFindingsRequest, TruthFinding } from '@akashic/proto'
import type { Database } from '@akashic/shared/postgres'
import { unary, type RpcCall, type UnaryHandler } from '@akashic/shared/rpc'
import { requireRole } from './access/require.ts'
import type { KeptFinding } from './truth/finding.ts'
import { listFindings } from './truth/list-findings.ts'

export interface TruthRpcDeps {
  readonly db: Database
  /** @throws OpsError unavailable until the service has read what it must know. */
  readonly assertStarted: () => void
}

/** The methods of akashic.status.v1.IncidentService that are about what the public is told. */
export function truthHandlers(
  deps: TruthRpcDeps,
): Record<Extract<keyof IncidentService, 'listTruthFindings'>, UnaryHandler> {
  return {
    listTruthFindings: unary(async (request: ListTruthFindingsRequest, { principal }: RpcCall) => {
      requireRole(principal, 'viewer')
      deps.assertStarted()
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
