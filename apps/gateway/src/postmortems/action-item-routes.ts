import type { ActionItem, IncidentService } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Reply, Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { incidentParams, instantMs } from '../incidents/incident-reply.ts'
import { actionItemResource, actionItemSchema } from './action-item.ts'

const text = z.string().trim().min(1).max(1_000)
const owner = z.string().trim().min(1).max(200)
const itemInput = z.strictObject({ text, owner, dueAt: instantMs })
const itemPatch = z
  .strictObject({ ...itemInput.partial().shape, isDone: z.boolean().optional() })
  .refine((patch) => Object.keys(patch).length > 0, 'must name something to change')

const itemParams = z.strictObject({
  ...incidentParams.shape,
  item: z.string().min(1).max(64).describe('Id of an action item.'),
})

/** What is to be done so that it does not happen again: listed until done. */
export function actionItemRoutes(client: RpcClientOf<IncidentService>): Route[] {
  const tag = 'Postmortems'
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/action-items',
      tag,
      summary: 'Action items of all incidents: open ones first, by due date',
      role: 'viewer',
      query: z.strictObject({
        ...listQuery,
        includeDone: z.stringbool({ truthy: ['true'], falsy: ['false'] }).default(false),
      }),
      answers: { 200: { description: 'A page of action items.', schema: pageOf(actionItemSchema) } },
      serve: async (request) => {
        const { items, nextCursor } = await client.listActionItems(request.query, callOptions(request))
        return { body: { items: items.map(actionItemResource), nextCursor: nextCursor || null } }
      },
    }),
    operatorRoute({
      method: 'POST',
      path: '/api/v1/incidents/{id}/action-items',
      tag,
      summary: 'Agree on an action item',
      role: 'operator',
      params: incidentParams,
      body: itemInput,
      answers: { 201: { description: 'The new action item.', schema: actionItemSchema } },
      serve: async (request) => {
        const { dueAt, ...words } = request.body
        const asked = { incidentId: request.params.id, itemId: '', ...words, dueAtMs: dueAt }
        return reply((await client.saveActionItem(asked, callOptions(request))).item, 201)
      },
    }),
    operatorRoute({
      method: 'PATCH',
      path: '/api/v1/incidents/{id}/action-items/{item}',
      tag,
      summary: 'Change an action item, or say that it is done',
      role: 'operator',
      params: itemParams,
      body: itemPatch,
      answers: { 200: { description: 'The action item as changed.', schema: actionItemSchema } },
      serve: async (request) => {
        const { id, item } = request.params
        const { dueAt, ...words } = request.body
        const asked = { incidentId: id, itemId: item, ...words, dueAtMs: dueAt }
        return reply((await client.saveActionItem(asked, callOptions(request))).item, 200)
      },
    }),
  ]
}

function reply(item: ActionItem | null | undefined, status: number): Reply {
  if (!item) throw new OpsError('internal', 'The status service answered without an action item.')
  return { status, body: actionItemResource(item) }
}
