import { componentId, text } from '@akashic/config'
import { statusFromProto, statusToProto } from '@akashic/proto'
import type { Correction, StatusService } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { operatorRoute } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { iso } from '../instant.ts'
import { statusName } from '../live-status/snapshot.ts'

const correctionInput = z.strictObject({
  componentId,
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  status: statusName.describe('What it really was.'),
  reason: text().trim().min(1).max(1_000).describe('Why the record is wrong, for those who read it later.'),
})

const correctionSchema = z
  .object({
    id: z.string(),
    componentId: z.string(),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    status: statusName,
    reason: z.string(),
    author: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Correction' })

export function correctionRoutes(client: Pick<RpcClientOf<StatusService>, 'createCorrection'>): Route[] {
  return [
    operatorRoute({
      method: 'POST',
      path: '/api/v1/corrections',
      tag: 'Components',
      summary: 'Correct what was recorded of a component',
      description: 'What was recorded is kept and shown beside the correction.',
      role: 'operator',
      body: correctionInput,
      answers: { 201: { description: 'The correction.', schema: correctionSchema } },
      scopedTo: ({ body }) => [body.componentId],
      serve: async (request) => {
        const { from, to, status, ...rest } = request.body
        const asked = { ...rest, fromMs: Date.parse(from), toMs: Date.parse(to), status: statusToProto(status) }
        const { correction } = await client.createCorrection(asked, callOptions(request))
        if (!correction) throw new OpsError('internal', 'The status service answered without a correction.')
        return { status: 201, body: correctionResource(correction) }
      },
    }),
  ]
}

function correctionResource(correction: Correction): z.infer<typeof correctionSchema> {
  const { id, componentId: component, fromMs, toMs, status, reason, author, createdAtMs } = correction
  return {
    id,
    componentId: component,
    from: iso(fromMs),
    to: iso(toMs),
    status: statusFromProto(status),
    reason,
    author,
    createdAt: iso(createdAtMs),
  }
}
