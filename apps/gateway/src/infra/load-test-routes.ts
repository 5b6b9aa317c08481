import { htmlReport, junitReport, type LoadTestSummary } from '@akashic/load-test'
import { OpsError } from '@akashic/shared/errors'
import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { infraPath, infraTag, type InfraClient } from './infra-client.ts'
import { loadTestSchema, type LoadTestResource } from './load-test-schema.ts'
import { tellProgress } from './tell-progress.ts'

const path = `${infraPath}/load-tests`
const startDeadlineMs = 15_000
const longestMs = 25 * 3_600_000
const one = z.strictObject({ id: z.string().max(64) })

/** Load tests that run on the server. */
export function loadTestRoutes(client: InfraClient): Route[] {
  return [
    startRoute(client),
    listRoute(client),
    showRoute(client),
    cancelRoute(client),
    progressRoute(client),
    pageRoute(client),
    junitRoute(client),
  ]
}

function startRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'POST',
    path,
    tag: infraTag,
    summary: 'Put load on an allowed target',
    description:
      'One test at a time for a target; only where `infra.loadTests` allows it, and not while what it loads is unwell.',
    role: 'operator',
    body: z.strictObject({
      test: z.string().min(1).max(1_000_000).describe('The test, YAML.'),
      env: z
        .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(10_000))
        .default({})
        .describe('For `${NAME}` of the YAML. Not kept.'),
    }),
    answers: { 202: { description: 'It has begun.', schema: loadTestSchema } },
    serve: async (request) => {
      const options = { ...callOptions(request), deadlineMs: startDeadlineMs }
      const { loadTestJson } = await client.startLoadTest(request.body, options)
      return { status: 202, body: resource(loadTestJson) }
    },
  })
}

function listRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path,
    tag: infraTag,
    summary: 'List load tests, newest first, without their results',
    role: 'viewer',
    query: z.strictObject(listQuery),
    answers: { 200: { description: 'A page of them.', schema: pageOf(loadTestSchema) } },
    serve: async (request) => {
      const { loadTestJson, nextCursor } = await client.listLoadTests(request.query, callOptions(request))
      return { body: { items: loadTestJson.map(resource), nextCursor: nextCursor || null } }
    },
  })
}

function showRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${path}/{id}`,
    tag: infraTag,
    summary: 'Show a load test',
    role: 'viewer',
    params: one,
    answers: { 200: { description: 'The test.', schema: loadTestSchema } },
    serve: async (request) => {
      const { loadTestJson } = await client.getLoadTest(request.params, callOptions(request))
      return { body: resource(loadTestJson) }
    },
  })
}

function cancelRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'DELETE',
    path: `${path}/{id}`,
    tag: infraTag,
    summary: 'Cancel a load test that runs',
    description: 'What it had measured is kept. One that has ended stays as it is.',
    role: 'operator',
    params: one,
    answers: { 200: { description: 'The test as it is now.', schema: loadTestSchema } },
    serve: async (request) => {
      const { loadTestJson } = await client.cancelLoadTest(request.params, callOptions(request))
      return { body: resource(loadTestJson) }
    },
  })
}

function progressRoute(client: InfraClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${path}/{id}/events`,
    tag: infraTag,
    summary: 'Follow a load test (server-sent events)',
    description: 'An event `progress` each second, then `finished` with the test; the stream ends with it.',
    role: 'viewer',
    params: one,
    answers: { 200: { description: 'The stream.', type: 'text/event-stream' } },
    serve: async (request) => {
      const read = async () => resource((await client.getLoadTest(request.params, callOptions(request))).loadTestJson)
      const first = await read()
      const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform' }
      return {
        headers,
        stream: (response) => void tellProgress(response, { first, read, signal: request.signal, longestMs }),
      }
    },
  })
}

function pageRoute(client: InfraClient): Route {
  return reportRoute(client, {
    ...{ name: 'report', type: 'text/html', summary: 'The results of a load test as a page' },
    make: htmlReport,
  })
}

function junitRoute(client: InfraClient): Route {
  return reportRoute(client, {
    ...{ name: 'junit', type: 'application/xml', summary: 'Its thresholds and checks as JUnit XML' },
    make: junitReport,
  })
}

function reportRoute(
  client: InfraClient,
  {
    name,
    type,
    summary,
    make,
  }: { name: string; type: string; summary: string; make: (results: LoadTestSummary) => string },
): Route {
  return operatorRoute({
    method: 'GET',
    path: `${path}/{id}/${name}`,
    tag: infraTag,
    summary,
    role: 'viewer',
    params: one,
    answers: { 200: { description: 'The report.', type } },
    serve: async (request) => {
      const { loadTestJson } = await client.getLoadTest(request.params, callOptions(request))
      const { result } = JSON.parse(loadTestJson) as { result: LoadTestSummary | null }
      if (result === null) throw new OpsError('failed_precondition', 'It has no results: it runs, or could not be run.')
      return { content: { type: `${type}; charset=utf-8`, bytes: make(result) } }
    },
  })
}

const resource = (json: string): LoadTestResource => {
  const kept = JSON.parse(json) as { id: string }
  return loadTestSchema.parse({ ...kept, url: `${path}/${kept.id}` })
}
