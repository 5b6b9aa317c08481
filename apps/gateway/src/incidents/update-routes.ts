import { incidentStatusToProto } from '@akashic/proto'
import type { IncidentService, IncidentStatus } from '@akashic/proto'
import { operatorRoute } from '@akashic/shared/http'
import type { OperatorRequest, Reply, Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { changedIncident, incidentParams, incidentReply, instantMs, markdown } from './incident-reply.ts'
import { incidentSchema, incidentStatusName } from './incident-resource.ts'

const words = {
  body: markdown.describe('Markdown; a draft unless `publish`.'),
  publish: z.boolean().default(false).describe('Tell the public at once.'),
}
const promise = { nextUpdateAt: instantMs.optional().describe('When the next update is promised.') }

const updateInput = z.strictObject({
  ...words,
  ...promise,
  status: incidentStatusName.optional().describe('The status from now on; absent, it stays.'),
})
const resolution = z.strictObject(words)
const reopening = z.strictObject({ ...words, ...promise })

const updateParams = z.strictObject({
  ...incidentParams.shape,
  update: z.string().min(1).max(64).describe('Id of an update.'),
})

type Words = z.infer<typeof reopening>
type WordsRequest = OperatorRequest<z.infer<typeof incidentParams>, undefined, Words>

interface Said {
  readonly answer?: number
  readonly expectsOpen?: boolean
}

/** What is said of an incident, as a draft or to the public. */
export function updateRoutes(client: RpcClientOf<IncidentService>): Route[] {
  const say = async (request: WordsRequest, status: IncidentStatus, more: Said = {}): Promise<Reply> => {
    const { answer = 200, expectsOpen } = more
    const { body, publish, nextUpdateAt } = request.body
    const { id } = request.params
    const said = { id, version: request.version, status, body, publish, nextUpdateAtMs: nextUpdateAt, expectsOpen }
    const { incident, updateId } = await client.addUpdate(said, callOptions(request))
    const headers = { location: `/api/v1/incidents/${encodeURIComponent(id)}/updates/${updateId}` }
    return incidentReply(incident, { status: answer, ...(answer === 201 ? { headers } : {}) })
  }
  const transition = { method: 'POST', tag: 'Incidents', role: 'operator', needsVersion: true } as const
  return [
    operatorRoute({
      ...transition,
      path: '/api/v1/incidents/{id}/updates',
      summary: 'Say how things stand, and move the incident on where `status` says so',
      description: 'A move that is not allowed is refused with those that are. `Location` names the update.',
      params: incidentParams,
      body: updateInput,
      answers: { 201: { description: 'The incident as it is now.', schema: incidentSchema } },
      serve: async (request) => say(request, statusAsked(request.body.status), { answer: 201 }),
    }),
    operatorRoute({
      ...transition,
      path: '/api/v1/incidents/{id}/resolve',
      summary: 'Say that it is over',
      params: incidentParams,
      body: resolution,
      answers: changedIncident,
      serve: async (request) => say(request, 'INCIDENT_STATUS_RESOLVED', { expectsOpen: true }),
    }),
    operatorRoute({
      ...transition,
      path: '/api/v1/incidents/{id}/reopen',
      summary: 'Say that it is not over after all',
      params: incidentParams,
      body: reopening,
      answers: changedIncident,
      serve: async (request) => say(request, 'INCIDENT_STATUS_INVESTIGATING', { expectsOpen: false }),
    }),
    ...wordingRoutes(client),
  ]
}

/** Nothing asked is `unspecified`, which leaves the status as it is. */
const statusAsked = (name: z.infer<typeof incidentStatusName> | undefined): IncidentStatus =>
  name ? incidentStatusToProto(name) : 'INCIDENT_STATUS_UNSPECIFIED'

function wordingRoutes(client: RpcClientOf<IncidentService>): Route[] {
  const change = { tag: 'Incidents', role: 'operator', needsVersion: true, answers: changedIncident } as const
  return [
    operatorRoute({
      ...change,
      method: 'POST',
      path: '/api/v1/incidents/{id}/publish',
      summary: 'Tell the public what a draft says',
      params: incidentParams,
      body: z.strictObject({ updateId: z.string().min(1).max(64).describe('The draft, as it was read.') }),
      serve: async (request) => {
        const asked = { id: request.params.id, version: request.version, updateId: request.body.updateId }
        return incidentReply((await client.publishUpdate(asked, callOptions(request))).incident)
      },
    }),
    operatorRoute({
      ...change,
      method: 'PATCH',
      path: '/api/v1/incidents/{id}/updates/{update}',
      summary: 'Change the words of an update',
      description: 'What it said before stays in the timeline.',
      params: updateParams,
      body: z.strictObject({ body: markdown }),
      serve: async (request) => {
        const { id, update } = request.params
        const asked = { id, version: request.version, updateId: update, body: request.body.body }
        return incidentReply((await client.editUpdate(asked, callOptions(request))).incident)
      },
    }),
    operatorRoute({
      ...change,
      method: 'POST',
      path: '/api/v1/incidents/{id}/updates/{update}/withdraw',
      summary: 'Take a published update back, or drop a draft',
      description: 'It stays in the timeline.',
      params: updateParams,
      body: z.strictObject({ reason: z.string().trim().min(1).max(1_000) }),
      serve: async (request) => {
        const { id, update } = request.params
        const asked = { id, version: request.version, updateId: update, reason: request.body.reason }
        return incidentReply((await client.withdrawUpdate(asked, callOptions(request))).incident)
      },
    }),
  ]
}
