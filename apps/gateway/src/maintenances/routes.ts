import { componentId } from '@akashic/config'
import { incidentVisibilityToProto, maintenanceStatusToProto } from '@akashic/proto'
import type { Maintenance, MaintenanceService } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Reply, Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { instantMs } from '../incidents/incident-reply.ts'
import { maintenanceResource, maintenanceSchema, maintenanceStatusName } from './maintenance-resource.ts'

const maintenanceParams = z.strictObject({ id: z.string().min(1).max(64).describe('Id of a maintenance.') })
const one = { 200: { description: 'The maintenance as it is now.', schema: maintenanceSchema } }

const maintenanceInput = z.strictObject({
  title: z.string().trim().min(1).max(200),
  body: z.string().trim().max(20_000).default('').describe('What is done and what it means, in Markdown.'),
  visibility: z.enum(['public', 'internal']).default('public'),
  components: z.array(componentId).min(1).max(200).describe('Ids of the components that it concerns.'),
  scheduledFor: instantMs,
  scheduledUntil: instantMs,
  pausesChecks: z.boolean().default(false).describe('Do not run the checks of its components meanwhile.'),
  isAutomatic: z.boolean().default(true).describe('Begin and end by the clock.'),
})

const maintenancePatch = maintenanceInput
  .pick({ title: true, scheduledFor: true, scheduledUntil: true })
  .partial()
  .extend({ body: z.string().trim().max(20_000).optional() })

const maintenanceQuery = z.strictObject({
  ...listQuery,
  status: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(maintenanceStatusName).max(10))
    .optional()
    .describe('Only these, separated by commas: scheduled,in_progress.'),
})

export function maintenanceRoutes(client: RpcClientOf<MaintenanceService>): Route[] {
  return [...readRoutes(client), scheduleRoute(client), changeRoute(client), ...transitionRoutes(client)]
}

function readRoutes(client: RpcClientOf<MaintenanceService>): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/maintenances',
      tag: 'Maintenance',
      summary: 'List the maintenances, by start, latest first',
      role: 'viewer',
      query: maintenanceQuery,
      answers: { 200: { description: 'A page of maintenances.', schema: pageOf(maintenanceSchema) } },
      serve: async (request) => {
        const { limit, cursor, status = [] } = request.query
        const asked = { limit, cursor, statuses: status.map(maintenanceStatusToProto), onlyPublic: false }
        const { maintenances, nextCursor } = await client.listMaintenances(asked, callOptions(request))
        return { body: { items: maintenances.map(maintenanceResource), nextCursor: nextCursor || null } }
      },
    }),
    operatorRoute({
      method: 'GET',
      path: '/api/v1/maintenances/{id}',
      tag: 'Maintenance',
      summary: 'Show a maintenance',
      role: 'viewer',
      params: maintenanceParams,
      answers: one,
      serve: async (request) =>
        reply((await client.getMaintenance({ id: request.params.id }, callOptions(request))).maintenance),
    }),
  ]
}

function scheduleRoute(client: RpcClientOf<MaintenanceService>): Route {
  return operatorRoute({
    method: 'POST',
    path: '/api/v1/maintenances',
    tag: 'Maintenance',
    summary: 'Schedule a maintenance',
    role: 'operator',
    body: maintenanceInput,
    answers: { 201: { description: 'The new maintenance.', schema: maintenanceSchema } },
    scopedTo: ({ body }) => body.components,
    serve: async (request) => {
      const { visibility, components, scheduledFor, scheduledUntil, ...rest } = request.body
      const asked = {
        ...rest,
        visibility: incidentVisibilityToProto(visibility),
        componentIds: components,
        scheduledForMs: scheduledFor,
        scheduledUntilMs: scheduledUntil,
      }
      const { maintenance } = await client.scheduleMaintenance(asked, callOptions(request))
      return reply(maintenance, { status: 201, headers: { location: `/api/v1/maintenances/${maintenance?.id}` } })
    },
  })
}

function changeRoute(client: RpcClientOf<MaintenanceService>): Route {
  return operatorRoute({
    method: 'PATCH',
    path: '/api/v1/maintenances/{id}',
    tag: 'Maintenance',
    summary: 'Change the words or the time of a maintenance',
    role: 'operator',
    params: maintenanceParams,
    body: maintenancePatch,
    needsVersion: true,
    answers: one,
    serve: async (request) => {
      const { scheduledFor, scheduledUntil, ...words } = request.body
      const times = { scheduledForMs: scheduledFor, scheduledUntilMs: scheduledUntil }
      const asked = { id: request.params.id, version: request.version, ...words, ...times }
      return reply((await client.changeMaintenance(asked, callOptions(request))).maintenance)
    },
  })
}

const transitions = [
  { verb: 'start', summary: 'Say that a maintenance has begun', status: 'in_progress' },
  { verb: 'verify', summary: 'Say that the work is done and is being looked over', status: 'verifying' },
  { verb: 'complete', summary: 'Say that a maintenance is over', status: 'completed' },
  { verb: 'cancel', summary: 'Say that a maintenance will not happen', status: 'cancelled' },
] as const

function transitionRoutes(client: RpcClientOf<MaintenanceService>): Route[] {
  return transitions.map(({ verb, summary, status }) =>
    operatorRoute({
      method: 'POST',
      path: `/api/v1/maintenances/{id}/${verb}`,
      tag: 'Maintenance',
      summary,
      description: 'A move that is not allowed is refused with those that are.',
      role: 'operator',
      params: maintenanceParams,
      body: z.strictObject({ body: z.string().trim().max(20_000).default('').describe('An update, in Markdown.') }),
      needsVersion: true,
      answers: one,
      serve: async (request) => {
        const { body } = request.body
        const asked = {
          id: request.params.id,
          version: request.version,
          status: maintenanceStatusToProto(status),
          body,
        }
        return reply((await client.transitionMaintenance(asked, callOptions(request))).maintenance)
      },
    }),
  )
}

function reply(maintenance: Maintenance | null | undefined, more: Partial<Reply> = {}): Reply {
  if (!maintenance) throw new OpsError('internal', 'The status service answered without a maintenance.')
  return { body: maintenanceResource(maintenance), version: maintenance.version, ...more }
}
