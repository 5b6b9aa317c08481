import type { AlertService, Silence } from '@akashic/proto'
import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { alertResource, alertSchema } from '../alerts/alert-resource.ts'
import { callOptions } from '../components/routes.ts'
import { instantMs } from '../incidents/incident-reply.ts'
import { iso } from '../instant.ts'

type Client = RpcClientOf<AlertService>

const tag = 'Alerts'
const path = '/api/v1/silences'

const matcher = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(200)
    .describe('Label: `alertname`, `component`, `group`, `severity`, `source`, or its own.'),
  value: z.string().max(1_000),
  isRegex: z.boolean().default(false).describe('The value is a pattern (RE2) that the whole label must fit.'),
  isEqual: z.boolean().default(true).describe('False: it must not fit.'),
})
const matchers = z.array(matcher).min(1).max(20).describe('All of them must fit.')

const silenceSchema = z
  .object({
    id: z.string(),
    version: z.int(),
    matchers: z.array(matcher),
    author: z.string(),
    reason: z.string(),
    createdAt: z.iso.datetime(),
    start: z.iso.datetime(),
    end: z.iso.datetime(),
  })
  .meta({ id: 'Silence' })

const previewSchema = z
  .object({
    now: z.array(alertSchema).describe('Alerts that fire and would be muted; at most 50 of them.'),
    nowCount: z.int(),
    lastWeekCount: z.int().describe('Alerts that fired in the last seven days and would have been muted.'),
    incidents: z.array(z.string()).describe('Open incidents whose page would be held back.'),
  })
  .meta({ id: 'SilencePreview' })

export function silenceRoutes(client: Client): Route[] {
  return [listRoute(client), addRoute(client), previewRoute(client), endRoute(client)]
}

function listRoute(client: Client): Route {
  return operatorRoute({
    method: 'GET',
    path,
    tag,
    summary: 'List the silences, newest first',
    role: 'viewer',
    query: z.strictObject({
      ...listQuery,
      state: z.enum(['pending', 'all']).default('pending').describe('Only those that are not over, or all.'),
    }),
    answers: { 200: { description: 'A page of silences.', schema: pageOf(silenceSchema) } },
    serve: async (request) => {
      const { limit, cursor, state } = request.query
      const asked = { limit, cursor, withEnded: state === 'all' }
      const { silences, nextCursor } = await client.listSilences(asked, callOptions(request))
      return { body: { items: silences.map(resource), nextCursor: nextCursor || null } }
    },
  })
}

function addRoute(client: Client): Route {
  return operatorRoute({
    method: 'POST',
    path,
    tag,
    summary: 'Mute alerts and pages until an end, at most seven days',
    description: 'It hides nothing from the status page. What still goes on at its end pages then.',
    role: 'operator',
    body: z.strictObject({
      matchers,
      reason: z.string().trim().min(1).max(500),
      start: instantMs.optional().describe('Now by default.'),
      end: instantMs,
    }),
    answers: { 201: { description: 'The silence.', schema: silenceSchema } },
    serve: async (request) => {
      const { matchers: asked, reason, start, end } = request.body
      const { silence } = await client.addSilence(
        { matchers: asked, reason, startMs: start, endMs: end },
        callOptions(request),
      )
      return { status: 201, body: resource(silence!) }
    },
  })
}

function previewRoute(client: Client): Route {
  return operatorRoute({
    method: 'POST',
    path: `${path}/preview`,
    tag,
    summary: 'What a silence would mute now, and would have muted in the last week',
    role: 'viewer',
    body: z.strictObject({ matchers }),
    answers: { 200: { description: 'What it would mute.', schema: previewSchema } },
    serve: async (request) => {
      const preview = await client.previewSilence(request.body, callOptions(request))
      const { now, nowCount, lastWeekCount, incidentIds } = preview
      return { body: { now: now.map(alertResource), nowCount, lastWeekCount, incidents: incidentIds } }
    },
  })
}

function endRoute(client: Client): Route {
  return operatorRoute({
    method: 'DELETE',
    path: `${path}/{id}`,
    tag,
    summary: 'End a silence now',
    role: 'operator',
    params: z.strictObject({ id: z.string().min(1).max(64) }),
    answers: { 200: { description: 'The silence, which is over.', schema: silenceSchema } },
    serve: async (request) => {
      const { silence } = await client.endSilence({ id: request.params.id }, callOptions(request))
      return { body: resource(silence!) }
    },
  })
}

function resource({ id, version, matchers: kept, author, reason, createdAtMs, startMs, endMs }: Silence) {
  return {
    ...{ id, version, matchers: kept, author, reason },
    ...{ createdAt: iso(createdAtMs), start: iso(startMs), end: iso(endMs) },
  } satisfies z.infer<typeof silenceSchema>
}
