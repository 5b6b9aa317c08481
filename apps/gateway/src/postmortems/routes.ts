import type { Duration, GetPostmortemResponse, IncidentService } from '@akashic/proto'
import { operatorRoute } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { incidentParams } from '../incidents/incident-reply.ts'
import { iso, isoOrNull } from '../instant.ts'
import { actionItemResource, actionItemSchema } from './action-item.ts'
import { actionItemRoutes } from './action-item-routes.ts'

const durationSchema = z
  .object({
    name: z.string().describe('`detect`, `acknowledge`, `mitigate`, `resolve`, `first_public_word`.'),
    from: z.iso.datetime(),
    to: z.iso.datetime().nullable().describe('Null while it lasts.'),
    durationMs: z.number().nullable(),
  })
  .meta({ id: 'NamedDuration' })

const postmortemSchema = z
  .object({
    version: z.int().describe('0 until it is saved.'),
    body: z.string().describe('Markdown.'),
    isDraft: z.boolean().describe('True of what was made from the timeline and nobody has saved.'),
    isPublished: z.boolean(),
    dueAt: z.iso.datetime().nullable().describe('When it is due by the severity of the incident.'),
    durations: z.array(durationSchema),
    actionItems: z.array(actionItemSchema),
  })
  .meta({ id: 'Postmortem' })

const postmortemInput = z.strictObject({
  body: z.string().trim().min(1).max(200_000).describe('Markdown.'),
  publish: z.boolean().default(false).describe('Tell the public; the incident moves to `postmortem`.'),
})

export function postmortemRoutes(client: RpcClientOf<IncidentService>): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/incidents/{id}/postmortem',
      tag: 'Postmortems',
      summary: 'The postmortem: as it was saved, else a draft made from the timeline',
      role: 'viewer',
      params: incidentParams,
      answers: { 200: { description: 'The postmortem.', schema: postmortemSchema } },
      serve: async (request) => {
        const found = await client.getPostmortem({ id: request.params.id }, callOptions(request))
        return { body: postmortemResource(found), version: found.version }
      },
    }),
    operatorRoute({
      method: 'PUT',
      path: '/api/v1/incidents/{id}/postmortem',
      tag: 'Postmortems',
      summary: 'Save the postmortem',
      role: 'operator',
      params: incidentParams,
      body: postmortemInput,
      needsVersion: true,
      answers: { 200: { description: 'The postmortem as saved.', schema: postmortemSchema } },
      serve: async (request) => {
        const { id } = request.params
        await client.savePostmortem({ id, version: request.version, ...request.body }, callOptions(request))
        const saved = await client.getPostmortem({ id }, callOptions(request))
        return { body: postmortemResource(saved), version: saved.version }
      },
    }),
    ...actionItemRoutes(client),
  ]
}

function postmortemResource(postmortem: GetPostmortemResponse): z.infer<typeof postmortemSchema> {
  const { version, body, isDraft, isPublished, dueAtMs, durations, actionItems } = postmortem
  return {
    ...{ version, body, isDraft, isPublished },
    dueAt: isoOrNull(dueAtMs),
    durations: durations.map(durationResource),
    actionItems: actionItems.map(actionItemResource),
  }
}

function durationResource({ name, fromMs, toMs }: Duration): z.infer<typeof durationSchema> {
  return { name, from: iso(fromMs), to: isoOrNull(toMs), durationMs: toMs === undefined ? null : toMs - fromMs }
}
