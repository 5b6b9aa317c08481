import { componentId } from '@akashic/config'
import { incidentStatusToProto, incidentVisibilityToProto, severityToProto } from '@akashic/proto'
import type { IncidentService } from '@akashic/proto'
import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { changedIncident, incidentParams, incidentReply, instantMs, markdown } from './incident-reply.ts'
import {
  incidentSchema,
  incidentStatusName,
  incidentSummary,
  incidentSummarySchema,
  incidentVisibilityName,
  severityName,
} from './incident-resource.ts'
import { responseRoutes } from './response-routes.ts'
import { timelineRoutes } from './timeline-routes.ts'
import { updateRoutes } from './update-routes.ts'

const title = z.string().trim().min(1).max(200)
const componentIds = z.array(componentId).max(200)

const incidentInput = z.strictObject({
  title,
  severity: severityName,
  visibility: incidentVisibilityName
    .default('public')
    .describe('Only public incidents reach the page, and only what is published of them; restricted: role responder.'),
  components: componentIds.default([]).describe('Ids of the components that it concerns.'),
  body: markdown.describe('The first update, in Markdown: a draft unless `publish`.'),
  publish: z.boolean().default(false).describe('Tell the public at once.'),
  nextUpdateAt: instantMs.optional().describe('When the next update is promised.'),
  startedAt: instantMs.optional().describe('When the trouble began, if earlier than now.'),
})

const incidentPatch = z.strictObject({
  title: title.optional(),
  severity: severityName.optional(),
  visibility: incidentVisibilityName.optional(),
  ticketUrl: z
    .union([z.url({ protocol: /^https?$/ }).max(2_000), z.null()], 'must be an http or https URL, or null')
    .optional()
    .describe('Link of the ticket; null takes it away.'),
  addComponents: componentIds.default([]),
  removeComponents: componentIds.default([]),
})

/** `a,b` as a list of `name`; absent is all. */
const listOf = <Name extends z.ZodType<string, string>>(name: Name) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(name).max(10))
    .optional()

const incidentQuery = z.strictObject({
  ...listQuery,
  status: listOf(incidentStatusName).describe('Only these, separated by commas: investigating,identified,monitoring.'),
  severity: listOf(severityName).describe('Only these, separated by commas: SEV-1,SEV-2.'),
  component: componentId.optional().describe('Only incidents of this component.'),
})

export function incidentRoutes(client: RpcClientOf<IncidentService>): Route[] {
  return [
    ...readRoutes(client),
    openRoute(client),
    changeRoute(client),
    ...updateRoutes(client),
    ...responseRoutes(client),
    ...timelineRoutes(client),
  ]
}

function readRoutes(client: RpcClientOf<IncidentService>): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/incidents',
      tag: 'Incidents',
      summary: 'List the incidents, newest first',
      description: 'Restricted ones are listed for callers with the role responder.',
      role: 'viewer',
      query: incidentQuery,
      answers: { 200: { description: 'A page of incidents.', schema: pageOf(incidentSummarySchema) } },
      serve: async (request) => {
        const { limit, cursor, status = [], severity = [], component = '' } = request.query
        const statuses = status.map(incidentStatusToProto)
        const asked = { limit, cursor, statuses, severities: severity.map(severityToProto), componentId: component }
        const { incidents, nextCursor } = await client.listIncidents(asked, callOptions(request))
        return { body: { items: incidents.map(incidentSummary), nextCursor: nextCursor || null } }
      },
    }),
    operatorRoute({
      method: 'GET',
      path: '/api/v1/incidents/{id}',
      tag: 'Incidents',
      summary: 'Show an incident, with its updates, roles and checklist',
      role: 'viewer',
      params: incidentParams,
      answers: { 200: { description: 'The incident.', schema: incidentSchema } },
      serve: async (request) => {
        const { incident } = await client.getIncident({ id: request.params.id }, callOptions(request))
        return incidentReply(incident)
      },
    }),
  ]
}

function openRoute(client: RpcClientOf<IncidentService>): Route {
  return operatorRoute({
    method: 'POST',
    path: '/api/v1/incidents',
    tag: 'Incidents',
    summary: 'Open an incident',
    role: 'operator',
    body: incidentInput,
    answers: { 201: { description: 'The new incident.', schema: incidentSchema } },
    serve: async (request) => {
      const { severity, visibility, components, nextUpdateAt, startedAt, ...words } = request.body
      const asked = {
        ...words,
        severity: severityToProto(severity),
        visibility: incidentVisibilityToProto(visibility),
        componentIds: components,
        nextUpdateAtMs: nextUpdateAt,
        startedAtMs: startedAt,
      }
      const { incident } = await client.openIncident(asked, callOptions(request))
      return incidentReply(incident, { status: 201, headers: { location: `/api/v1/incidents/${incident?.id}` } })
    },
  })
}

function changeRoute(client: RpcClientOf<IncidentService>): Route {
  return operatorRoute({
    method: 'PATCH',
    path: '/api/v1/incidents/{id}',
    tag: 'Incidents',
    summary: 'Change title, severity, visibility, components or ticket of an incident',
    role: 'operator',
    params: incidentParams,
    body: incidentPatch,
    needsVersion: true,
    answers: changedIncident,
    serve: async (request) => {
      const { severity, visibility, ticketUrl, addComponents, removeComponents, ...rest } = request.body
      const asked = {
        id: request.params.id,
        version: request.version,
        ...rest,
        severity: severity && severityToProto(severity),
        visibility: visibility && incidentVisibilityToProto(visibility),
        ticketUrl: ticketUrl === null ? '' : ticketUrl,
        addComponentIds: addComponents,
        removeComponentIds: removeComponents,
      }
      return incidentReply((await client.changeIncident(asked, callOptions(request))).incident)
    },
  })
}
