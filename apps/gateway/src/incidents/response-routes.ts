import type { IncidentService } from '@akashic/proto'
import { operatorRoute } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { changedIncident, incidentParams, incidentReply } from './incident-reply.ts'

const roleName = z.enum([
  'incident_commander',
  'technical_lead',
  'communications_lead',
  'scribe',
  'subject_matter_expert',
  'customer_liaison',
  'internal_liaison',
  'deputy',
])

const assignment = z.strictObject({
  role: roleName,
  person: z.string().trim().min(1).max(200).nullable().describe('Null: nobody any more.'),
})

const tick = z.strictObject({
  isTicked: z.boolean(),
  evidence: z.string().trim().max(2_000).default('').describe('A link or a sentence that shows it.'),
})

const ticket = z.strictObject({
  url: z
    .union([z.url({ protocol: /^https?$/ }).max(2_000), z.null()], 'must be an http or https URL, or null')
    .describe('Null takes the link away.'),
})

/** Who does what, and what is done, while an incident lasts. */
export function responseRoutes(client: RpcClientOf<IncidentService>): Route[] {
  return [
    operatorRoute({
      method: 'POST',
      path: '/api/v1/incidents/{id}/roles',
      tag: 'Incidents',
      summary: 'Give somebody a role, or take it away',
      role: 'operator',
      params: incidentParams,
      body: assignment,
      needsVersion: true,
      answers: changedIncident,
      serve: async (request) => {
        const { role, person } = request.body
        const asked = { id: request.params.id, version: request.version, role, person: person ?? '' }
        return incidentReply((await client.assignRole(asked, callOptions(request))).incident)
      },
    }),
    operatorRoute({
      method: 'PATCH',
      path: '/api/v1/incidents/{id}/checklist/{item}',
      tag: 'Incidents',
      summary: 'Tick an item of the response checklist, or take the tick away',
      role: 'operator',
      params: z.strictObject({
        ...incidentParams.shape,
        item: z.string().min(1).max(100).describe('Key of an item, as `assess.severity`.'),
      }),
      body: tick,
      needsVersion: true,
      answers: changedIncident,
      serve: async (request) => {
        const { id, item } = request.params
        const asked = { id, version: request.version, key: item, ...request.body }
        return incidentReply((await client.tickChecklistItem(asked, callOptions(request))).incident)
      },
    }),
    operatorRoute({
      method: 'PUT',
      path: '/api/v1/incidents/{id}/ticket',
      tag: 'Incidents',
      summary: 'Link the ticket of an incident; for the webhook of a ticket system, without If-Match',
      role: 'operator',
      params: incidentParams,
      body: ticket,
      answers: changedIncident,
      serve: async (request) => {
        const asked = { id: request.params.id, url: request.body.url ?? '' }
        return incidentReply((await client.linkTicket(asked, callOptions(request))).incident)
      },
    }),
  ]
}
