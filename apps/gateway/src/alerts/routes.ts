import { componentId } from '@akashic/config'
import { alertSeverityToProto, alertStatusToProto } from '@akashic/proto'
import type { AlertService } from '@akashic/proto'
import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { instantMs } from '../incidents/incident-reply.ts'
import { alertResource, alertSchema, alertSeverityName, alertStatusName } from './alert-resource.ts'

const source = z.string().trim().min(1).max(100)

const alertInput = z
  .strictObject({
    source: source.describe('What raises it.'),
    fingerprint: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .describe('What makes it the same alert when it is raised again, within its source.'),
    component: componentId.optional().describe('Id of the component that it is about.'),
    status: alertStatusName.default('firing'),
    severity: alertSeverityName.default('warning'),
    summary: z.string().trim().max(500).default('').describe('One sentence for operators; needed where it fires.'),
    startedAt: instantMs.optional().describe('When it began to fire, if earlier than now.'),
  })
  .refine(({ status, summary }) => status === 'resolved' || summary !== '', {
    path: ['summary'],
    error: 'must not be empty',
  })

const alertQuery = z.strictObject({
  ...listQuery,
  status: alertStatusName.optional(),
  source: source.optional().describe('Only what this raised.'),
  component: componentId.optional().describe('Only alerts about this component.'),
})

export function alertRoutes(client: RpcClientOf<AlertService>): Route[] {
  return [raiseRoute(client), listRoute(client)]
}

function raiseRoute(client: RpcClientOf<AlertService>): Route {
  return operatorRoute({
    method: 'POST',
    path: '/api/v1/alerts',
    tag: 'Alerts',
    summary: 'Say that an alert fires, or fires no more',
    description: 'Saying it again does no harm: what fires already is only seen again.',
    role: 'operator',
    body: alertInput,
    answers: {
      201: { description: 'It fires from now on.', schema: alertSchema },
      200: { description: 'The alert, which fired already, or fires no more.', schema: alertSchema },
      204: { description: 'Nothing fires under this fingerprint that could be resolved.' },
    },
    scopedTo: ({ body }) => (body.component === undefined ? [] : [body.component]),
    serve: async (request) => {
      const { component = '', status, severity, startedAt, ...words } = request.body
      const asked = {
        ...words,
        componentId: component,
        status: alertStatusToProto(status),
        severity: alertSeverityToProto(severity),
        startedAtMs: startedAt,
      }
      const { alert, isNew } = await client.raiseAlert(asked, callOptions(request))
      return alert ? { status: isNew ? 201 : 200, body: alertResource(alert) } : { status: 204 }
    },
  })
}

function listRoute(client: RpcClientOf<AlertService>): Route {
  return operatorRoute({
    method: 'GET',
    path: '/api/v1/alerts',
    tag: 'Alerts',
    summary: 'List the alerts, newest first',
    description: 'Those about restricted incidents are listed for callers with the role responder.',
    role: 'viewer',
    query: alertQuery,
    answers: { 200: { description: 'A page of alerts.', schema: pageOf(alertSchema) } },
    scopedTo: () => [],
    serve: async (request) => {
      const { limit, cursor, status, source: from = '', component = '' } = request.query
      const asked = {
        ...{ limit, cursor, source: from, componentId: component },
        status: status ? alertStatusToProto(status) : ('ALERT_STATUS_UNSPECIFIED' as const),
      }
      const { alerts, nextCursor } = await client.listAlerts(asked, callOptions(request))
      return { body: { items: alerts.map(alertResource), nextCursor: nextCursor || null } }
    },
  })
}
