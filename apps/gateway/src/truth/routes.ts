import type { IncidentService, TruthFinding } from '@akashic/proto'
import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { iso, isoOrNull } from '../instant.ts'

const findingSchema = z
  .object({
    id: z.string(),
    kind: z
      .string()
      .describe(
        '`page_green_while_red`, `page_stale`, `no_public_word`, `update_overdue`, `maintenance_past_end` or `open_though_recovered`.',
      ),
    subject: z.object({
      kind: z.string().describe('`component`, `incident`, `maintenance` or `replica`.'),
      id: z.string(),
    }),
    summary: z.string(),
    since: z.iso.datetime().describe('Since when it has been so.'),
    openedAt: z.iso.datetime().describe('When an audit first saw it.'),
    closedAt: z.iso.datetime().nullable().describe('When an audit saw it no more; null while it is so.'),
  })
  .meta({ id: 'TruthFinding' })

const truthSchema = pageOf(findingSchema)
  .extend({
    auditedAt: z.iso
      .datetime()
      .nullable()
      .describe('When the last audit was; null before the first. What was not audited is unknown, not fine.'),
  })
  .meta({ id: 'Truth' })

const truthQuery = z.strictObject({
  ...listQuery,
  state: z.enum(['open', 'closed']).default('open').describe('What is so now, or what was.'),
})

export function truthRoutes(client: Pick<RpcClientOf<IncidentService>, 'listTruthFindings'>): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/truth',
      tag: 'Truth',
      summary: 'Where what the public is told and what is known differ, newest first',
      description: 'It is audited each minute. What is about restricted incidents needs the role responder.',
      role: 'viewer',
      query: truthQuery,
      answers: { 200: { description: 'A page of what the audits found.', schema: truthSchema } },
      scopedTo: () => [],
      serve: async (request) => {
        const { limit, cursor, state } = request.query
        const asked = { limit, cursor, onlyClosed: state === 'closed' }
        const { findings, nextCursor, auditedAtMs } = await client.listTruthFindings(asked, callOptions(request))
        const items = findings.map(findingResource)
        const body = { auditedAt: isoOrNull(auditedAtMs), items, nextCursor: nextCursor || null }
        return { body: body satisfies z.infer<typeof truthSchema> }
      },
    }),
  ]
}

function findingResource(finding: TruthFinding): z.infer<typeof findingSchema> {
  const { id, kind, subjectKind, subjectId, summary, sinceMs, openedAtMs, closedAtMs } = finding
  return {
    ...{ id, kind, summary, subject: { kind: subjectKind, id: subjectId } },
    since: iso(sinceMs),
    openedAt: iso(openedAtMs),
    closedAt: isoOrNull(closedAtMs),
  }
}
