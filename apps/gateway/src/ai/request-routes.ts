import { aiNames, requestStateFromProto, requestStateToProto } from '@akashic/proto'
import type { aiHealth } from '@akashic/proto'
import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { iso, isoOrNull } from '../instant.ts'
import { aiPath, aiTag } from './ai-client.ts'
import type { AiClient } from './ai-client.ts'
import { problemResource, problemSchema } from './health-resource.ts'

const states = z.enum(aiNames.requestStates)
const path = `${aiPath}/requests`

const requestSchema = z
  .object({
    id: z.string(),
    state: states.describe(
      '`uncertain`: it is not known whether an attempt was answered. `expired`: its time was over before an answer came.',
    ),
    key: z.string().describe('Name of the virtual key that it was made with.'),
    endpoint: z.string(),
    model: z.string().describe('Model that was asked for.'),
    attempts: z.int(),
    createdAt: z.iso.datetime(),
    nextAttemptAt: z.iso.datetime().nullable(),
    completedAt: z.iso.datetime().nullable(),
    expiresAt: z.iso.datetime().describe('When it, or its result, is deleted.'),
    provider: z.string().nullable().describe('Of the last attempt.'),
    answeredModel: z.string().nullable().describe('Model of the last attempt.'),
    lastProblem: problemSchema.nullable(),
  })
  .meta({ id: 'AiRequest' })

const requestWithResultSchema = z
  .object({
    ...requestSchema.shape,
    result: z.unknown().describe('The answer of the provider; null until there is one.'),
  })
  .meta({ id: 'AiRequestWithResult' })

const listSchema = z
  .object({
    ...pageOf(requestSchema).shape,
    queue: z.object({
      open: z.boolean().describe('Whether requests can be queued.'),
      problem: z.string().nullable().describe('Why not.'),
    }),
    counts: z.record(states, z.int()).describe('How many there are in each state.'),
  })
  .meta({ id: 'AiRequests' })

export function requestRoutes(client: AiClient): Route[] {
  return [listRoute(client), showRoute(client)]
}

function listRoute(client: AiClient): Route {
  return operatorRoute({
    method: 'GET',
    path,
    tag: aiTag,
    summary: 'List the requests that are tried again later, newest first, without their results',
    role: 'viewer',
    query: z.strictObject({ ...listQuery, state: states.optional().describe('Only those in this state.') }),
    answers: { 200: { description: 'A page of requests, and how the queue is.', schema: listSchema } },
    serve: async (request) => {
      const { limit, cursor, state } = request.query
      const asked = { limit, cursor, state: requestStateToProto(state ?? null) }
      const listed = await client.listRequests(asked, callOptions(request))
      const { requests, nextCursor, isQueueOpen, queueProblem } = listed
      const counts = aiNames.requestStates.map((name) => [name, listed.counts[name] ?? 0] as const)
      return {
        body: {
          items: requests.map(resource),
          nextCursor: nextCursor || null,
          queue: { open: isQueueOpen, problem: queueProblem || null },
          counts: Object.fromEntries(counts),
        },
      }
    },
  })
}

function showRoute(client: AiClient): Route {
  return operatorRoute({
    method: 'GET',
    path: `${path}/{id}`,
    tag: aiTag,
    summary: 'Show a request that is tried again later, with its result once it succeeded',
    role: 'operator',
    params: z.strictObject({ id: z.string().min(1).max(64).describe('Id of a request.') }),
    answers: { 200: { description: 'The request as it is now.', schema: requestWithResultSchema } },
    serve: async (asked) => {
      const { request, resultJson } = await client.getRequest({ id: asked.params.id }, callOptions(asked))
      const result: unknown = resultJson === '' ? null : JSON.parse(resultJson)
      return { body: { ...resource(request!), result } }
    },
  })
}

function resource(request: aiHealth.QueuedRequest): z.infer<typeof requestSchema> {
  const { id, state, key, endpoint, model, attempts, provider, answeredModel, lastProblem } = request
  return {
    ...{ id, state: requestStateFromProto(state) ?? 'uncertain', key, endpoint, model, attempts },
    createdAt: iso(request.createdAtMs),
    nextAttemptAt: isoOrNull(request.nextAttemptAtMs),
    completedAt: isoOrNull(request.completedAtMs),
    expiresAt: iso(request.expiresAtMs),
    provider: provider || null,
    answeredModel: answeredModel || null,
    lastProblem: problemResource(lastProblem),
  }
}
