import { duration, text } from '@akashic/config'
import { statusToProto } from '@akashic/proto'
import type { StatusService } from '@akashic/proto'
import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { iso } from '../instant.ts'
import { uptimeFromProto } from '../live-status/snapshot.ts'
import { uptimeSchema } from '../public-status/public-view.ts'
import { intervalResource, intervalSchema } from './component-resource.ts'
import { callOptions, componentParams } from './routes.ts'

const windowMax = 400 * 86_400_000

const uptimeAnswer = uptimeSchema
  .extend({ from: z.iso.datetime(), to: z.iso.datetime() })
  .meta({ id: 'ComponentUptime' })

const report = z.strictObject({
  status: z.enum(['operational', 'degraded', 'partial_outage', 'outage']),
  message: text().max(500).default('').describe('Shown to operators.'),
  ttl: duration.describe('How long this holds; afterwards the check is unknown. Such as `5m`.'),
  responseTimeMs: z.number().min(0).max(86_400_000).optional(),
})

/** What was and what is: uptime, history, and states that others report. */
export function ledgerRoutes(client: RpcClientOf<StatusService>): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/components/{id}/uptime',
      tag: 'Components',
      summary: 'Uptime over a window that ends now',
      role: 'viewer',
      params: componentParams,
      query: z.strictObject({
        window: duration
          .refine((ms) => ms > 0 && ms <= windowMax, 'must be at most 400d')
          .prefault('30d')
          .describe('Such as `24h` or `30d`, at most `400d`.'),
      }),
      answers: { 200: { description: 'The uptime.', schema: uptimeAnswer } },
      scopedTo: ({ params }) => [params.id],
      serve: async (request) => {
        const asked = { componentId: request.params.id, windowMs: request.query.window }
        const { uptime, fromMs, toMs } = await client.getUptime(asked, callOptions(request))
        return { body: { ...uptimeFromProto(uptime, request.query.window), from: iso(fromMs), to: iso(toMs) } }
      },
    }),
    operatorRoute({
      method: 'GET',
      path: '/api/v1/components/{id}/history',
      tag: 'Components',
      summary: 'States that a component was in, newest first',
      role: 'viewer',
      params: componentParams,
      query: z.strictObject(listQuery),
      answers: { 200: { description: 'A page of intervals.', schema: pageOf(intervalSchema) } },
      scopedTo: ({ params }) => [params.id],
      serve: async (request) => {
        const asked = { componentId: request.params.id, ...request.query }
        const { intervals, nextCursor } = await client.listHistory(asked, callOptions(request))
        return { body: { items: intervals.map(intervalResource), nextCursor: nextCursor || null } }
      },
    }),
    operatorRoute({
      method: 'POST',
      path: '/api/v1/components/{id}/reports',
      tag: 'Components',
      summary: 'Report the state of a component that has a check of kind `reported`',
      role: 'operator',
      params: componentParams,
      body: report,
      answers: {
        200: { description: 'Noted.', schema: z.object({ expiresAt: z.iso.datetime() }).meta({ id: 'Report' }) },
      },
      scopedTo: ({ params }) => [params.id],
      serve: async (request) => {
        const { status, message, ttl, responseTimeMs } = request.body
        const { expiresAtMs } = await client.reportState(
          { componentId: request.params.id, status: statusToProto(status), message, ttlMs: ttl, responseTimeMs },
          callOptions(request),
        )
        return { body: { expiresAt: iso(expiresAtMs) } }
      },
    }),
  ]
}
