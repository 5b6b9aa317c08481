import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { infraPath, infraTag, type InfraClient } from './infra-client.ts'
import { findingSchema, runbookSchema } from './finding-schemas.ts'

const path = `${infraPath}/findings`
const name = z.string().max(253).default('')
const muteId = z.strictObject({ id: z.string().max(64) })

/** What is wrong in clusters, and what is kept quiet of it. */
export function findingRoutes(client: InfraClient): Route[] {
  return [listRoute(client), muteRoute(client), unmuteRoute(client), runbooksRoute(client)]
}

function listRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path,
    tag: infraTag,
    summary: 'List what is wrong in clusters, worst first',
    role: 'viewer',
    query: z.strictObject({
      ...listQuery,
      cluster: name,
      namespace: name,
      severity: z.enum(['critical', 'warning', 'info']).optional(),
      rule: name,
      state: z.enum(['open', 'resolved']).default('open'),
      muted: z
        .stringbool({ truthy: ['true'], falsy: ['false'] })
        .default(false)
        .describe('Those that are muted too.'),
    }),
    answers: { 200: { description: 'A page of findings.', schema: pageOf(findingSchema) } },
    serve: async (request) => {
      const { severity = '', muted: includeMuted, ...query } = request.query
      const { findingJson, nextCursor } = await client.listFindings(
        { ...query, severity, includeMuted },
        callOptions(request),
      )
      return { body: { items: findingJson.map(resource), nextCursor: nextCursor || null } }
    },
  })
}

function muteRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'POST',
    path: `${path}/{id}/mute`,
    tag: infraTag,
    summary: 'Keep a finding quiet until a time',
    role: 'operator',
    params: muteId,
    body: z.strictObject({
      reason: z.string().trim().min(1).max(500),
      until: z.iso.datetime({ offset: true }).describe('Within the next 90 days.'),
    }),
    answers: { 200: { description: 'The finding.', schema: findingSchema } },
    serve: async (request) => {
      const { reason, until } = request.body
      const asked = { id: request.params.id, reason, untilMs: Date.parse(until) }
      return { body: resource((await client.muteFinding(asked, callOptions(request))).findingJson) }
    },
  })
}

function unmuteRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'POST',
    path: `${path}/{id}/unmute`,
    tag: infraTag,
    summary: 'Let a muted finding be heard again',
    role: 'operator',
    params: muteId,
    answers: { 200: { description: 'The finding.', schema: findingSchema } },
    serve: async (request) => {
      const asked = { id: request.params.id, reason: '', untilMs: 0 }
      return { body: resource((await client.muteFinding(asked, callOptions(request))).findingJson) }
    },
  })
}

function runbooksRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${infraPath}/runbooks`,
    tag: infraTag,
    summary: 'List the runbooks, ours and those of the configured folder',
    role: 'viewer',
    answers: { 200: { description: 'All of them.', schema: pageOf(runbookSchema) } },
    serve: async (request) => {
      const { runbookJson } = await client.listRunbooks({}, callOptions(request))
      return { body: { items: runbookJson.map((json) => runbookSchema.parse(JSON.parse(json))), nextCursor: null } }
    },
  })
}

const resource = (json: string) => findingSchema.parse(JSON.parse(json))
