import type { IncidentService } from '@akashic/proto'
import { operatorRoute } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { iso, isoOrNull } from '../instant.ts'

const truthSchema = z
  .object({
    auditedAt: z.iso.datetime().nullable().describe('Null until the first audit.'),
    findings: z.array(
      z.object({
        kind: z
          .string()
          .describe('`page_green_while_red`, `update_overdue`, `maintenance_past_end` or `open_though_recovered`.'),
        subject: z.string().describe('Id of the component, incident or maintenance.'),
        sentence: z.string(),
        since: z.iso.datetime(),
      }),
    ),
  })
  .meta({ id: 'Truth' })

export function truthRoutes(client: Pick<RpcClientOf<IncidentService>, 'listTruthFindings'>): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/truth',
      tag: 'Truth',
      summary: 'Where what the public is told and what is known differ, now',
      role: 'viewer',
      answers: { 200: { description: 'What the last audit found.', schema: truthSchema } },
      serve: async (request) => {
        const { findings, auditedAtMs } = await client.listTruthFindings({}, callOptions(request))
        const shown = findings.map(({ kind, subject, sentence, sinceMs }) => ({
          ...{ kind, subject, sentence, since: iso(sinceMs) },
        }))
        const body = { auditedAt: isoOrNull(auditedAtMs || null), findings: shown }
        return { body: body satisfies z.infer<typeof truthSchema> }
      },
    }),
  ]
}
