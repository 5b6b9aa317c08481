import type { StatusService } from '@akashic/proto'
import { systemActor } from '@akashic/shared/audit'
import { publicRoute } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { iso } from '../instant.ts'

export function heartbeatRoutes(client: Pick<RpcClientOf<StatusService>, 'recordHeartbeat'>): Route[] {
  const { principal } = systemActor('gateway')
  return [
    publicRoute({
      method: 'POST',
      path: '/heartbeats/{token}',
      tag: 'Public',
      summary: 'A job says that it ran',
      description: 'The token is the job’s credential. Saying it twice does no harm.',
      params: z.strictObject({ token: z.string().min(16).max(200) }),
      answers: {
        200: {
          description: 'Noted.',
          schema: z.object({ nextDueAt: z.iso.datetime().describe('When the next one is due.') }),
        },
      },
      serve: async ({ params: { token }, requestId, signal }) => {
        const { nextDueAtMs } = await client.recordHeartbeat({ token }, { principal, requestId, signal })
        return { body: { nextDueAt: iso(nextDueAtMs) } }
      },
    }),
  ]
}
