import type { OnCallService } from '@akashic/proto'
import { operatorRoute } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { instantMs } from '../incidents/incident-reply.ts'
import { overrideResource, overrideSchema } from './on-call-resource.ts'

const path = '/api/v1/oncall/overrides'
const tag = 'On call'
const monthMs = 31 * 86_400_000

const overrideInput = z.strictObject({
  schedule: z.string().min(1).max(63).describe('Name of the schedule.'),
  person: z.string().min(1).max(63).describe('Id of the person.'),
  start: instantMs,
  end: instantMs,
  reason: z.string().trim().max(500).default(''),
})

export function overrideRoutes(client: RpcClientOf<OnCallService>): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path,
      tag,
      summary: 'List the overrides within a time',
      role: 'viewer',
      query: z.strictObject({ from: instantMs, to: instantMs.optional().describe('A month after `from` by default.') }),
      answers: {
        200: { description: 'Overrides, oldest first.', schema: z.object({ items: z.array(overrideSchema) }) },
      },
      serve: async (request) => {
        const { from, to = from + monthMs } = request.query
        const { overrides } = await client.listOverrides({ fromMs: from, toMs: to }, callOptions(request))
        return { body: { items: overrides.map(overrideResource) } }
      },
    }),
    operatorRoute({
      method: 'POST',
      path,
      tag,
      summary: 'Put somebody on call for a while',
      role: 'operator',
      body: overrideInput,
      answers: { 201: { description: 'The override.', schema: overrideSchema } },
      serve: async (request) => {
        const { schedule, person, start, end, reason } = request.body
        const asked = { schedule, personId: person, startMs: start, endMs: end, reason }
        const { override } = await client.addOverride(asked, callOptions(request))
        return { status: 201, body: overrideResource(override!) }
      },
    }),
    operatorRoute({
      method: 'DELETE',
      path: `${path}/{id}`,
      tag,
      summary: 'Take an override back',
      role: 'operator',
      params: z.strictObject({ id: z.string().min(1).max(64) }),
      answers: { 204: { description: 'It counts no more.' } },
      serve: async (request) => {
        await client.cancelOverride({ id: request.params.id }, callOptions(request))
        return { status: 204 }
      },
    }),
  ]
}
