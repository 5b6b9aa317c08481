import { parseDuration } from '@akashic/config'
import { OpsError } from '@akashic/shared/errors'
import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { infraPath, infraTag, type InfraClient } from './infra-client.ts'
import { diagnosesPath, diagnosisResource } from './diagnosis-resource.ts'
import { diagnosisSchema, quickSchema } from './diagnosis-schemas.ts'
import { tellProgress } from './tell-progress.ts'

const path = diagnosesPath
const longestWaitMs = 30_000
const marginMs = 5_000
const longestMs = 180_000

const name = z.string().max(253)
const scopeSchema = z.strictObject({
  cluster: name.default('').describe('The only one there is, unless given.'),
  scope: z.enum(['cluster', 'namespace', 'workload', 'component']).default('cluster'),
  namespace: name.default('').describe('For a namespace or a workload.'),
  kind: name.default('Deployment').describe('For a workload.'),
  name: name.default('').describe('For a workload.'),
  component: name.default('').describe('For a component: its id.'),
  since: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Only what began, happened again or was changed since then counts. Not in the future.'),
})

const waitQuery = { wait: z.string().max(10).default('0s').describe('How long to wait for the result, `0s` to `30s`.') }

/** @throws OpsError invalid_argument. */
function waitMsOf(text: string): number {
  const ms = parseDuration(text)
  if (!(ms <= longestWaitMs)) throw new OpsError('invalid_argument', 'wait must be a duration from 0s to 30s.')
  return ms
}

export function diagnosisRoutes(client: InfraClient): Route[] {
  return [
    createRoute(client),
    listRoute(client),
    showRoute(client),
    cancelRoute(client),
    progressRoute(client),
    quickRoute(client),
  ]
}

function createRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'POST',
    path,
    tag: infraTag,
    summary: 'Say why something in a cluster does not work',
    description: 'The answer is made of what is seen: `cause: none established` where nothing seen explains it.',
    role: 'operator',
    query: z.strictObject(waitQuery),
    body: scopeSchema,
    answers: { 202: { description: 'It is being made, or is there, as `state` says.', schema: diagnosisSchema } },
    serve: async (request) => {
      const { cluster, scope, namespace, kind, name, component, since } = request.body
      const waitMs = waitMsOf(request.query.wait)
      const sinceMs = since === undefined ? 0 : Date.parse(since)
      const asked = { cluster, scope, namespace, component, sinceMs, waitMs, workload: { kind, namespace, name } }
      const options = { ...callOptions(request), deadlineMs: waitMs + marginMs }
      const { diagnosis } = await client.createDiagnosis(asked, options)
      return { status: 202, body: diagnosisResource(diagnosis!) }
    },
  })
}

function showRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${path}/{id}`,
    tag: infraTag,
    summary: 'Show a diagnosis',
    role: 'viewer',
    params: one,
    query: z.strictObject(waitQuery),
    answers: { 200: { description: 'The diagnosis.', schema: diagnosisSchema } },
    serve: async (request) => {
      const waitMs = waitMsOf(request.query.wait)
      const options = { ...callOptions(request), deadlineMs: waitMs + marginMs }
      const { diagnosis } = await client.getDiagnosis({ id: request.params.id, waitMs }, options)
      return { body: diagnosisResource(diagnosis!) }
    },
  })
}

const one = z.strictObject({ id: z.string().max(64) })

function cancelRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'DELETE',
    path: `${path}/{id}`,
    tag: infraTag,
    summary: 'Cancel a diagnosis that runs',
    description: 'One that has ended stays as it is.',
    role: 'operator',
    params: one,
    answers: { 200: { description: 'The diagnosis as it is now.', schema: diagnosisSchema } },
    serve: async (request) => {
      const { diagnosis } = await client.cancelDiagnosis(request.params, callOptions(request))
      return { body: diagnosisResource(diagnosis!) }
    },
  })
}

function progressRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${path}/{id}/events`,
    tag: infraTag,
    summary: 'Follow a diagnosis (server-sent events)',
    description: 'An event `progress` at each step, then `finished` with the diagnosis; the stream ends with it.',
    role: 'viewer',
    params: one,
    answers: { 200: { description: 'The stream.', type: 'text/event-stream' } },
    serve: async (request) => {
      const read = async () =>
        diagnosisResource(
          (await client.getDiagnosis({ ...request.params, waitMs: 0 }, callOptions(request))).diagnosis!,
        )
      const first = await read()
      const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform' }
      return {
        headers,
        stream: (response) => void tellProgress(response, { first, read, signal: request.signal, longestMs }),
      }
    },
  })
}

function listRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path,
    tag: infraTag,
    summary: 'List diagnoses, newest first, without their results',
    role: 'viewer',
    query: z.strictObject({
      ...listQuery,
      cluster: name.default(''),
      incident: z.string().max(64).default('').describe('Only those made for this incident.'),
    }),
    answers: { 200: { description: 'A page of them.', schema: pageOf(diagnosisSchema) } },
    serve: async (request) => {
      const { limit, cursor, cluster, incident } = request.query
      const { diagnoses, nextCursor } = await client.listDiagnoses(
        { limit, cursor, cluster, incidentId: incident },
        callOptions(request),
      )
      return { body: { items: diagnoses.map(diagnosisResource), nextCursor: nextCursor || null } }
    },
  })
}

const quickDeadlineMs = 10_000

function quickRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${infraPath}/quick-diagnosis`,
    tag: infraTag,
    summary: 'A first look at everything: cluster, application, database, recent errors, external services',
    description: 'Within 10 s. What failed to answer is unknown.',
    role: 'viewer',
    answers: { 200: { description: 'The five sections.', schema: quickSchema } },
    serve: async (request) => {
      const { reportJson } = await client.getQuickDiagnosis(
        {},
        { ...callOptions(request), deadlineMs: quickDeadlineMs },
      )
      return { body: quickSchema.parse(JSON.parse(reportJson)) }
    },
  })
}
