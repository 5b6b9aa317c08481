import { line } from '@akashic/config'
import { aiNames, failureActionFromProto, failureClassFromProto, failureClassToProto } from '@akashic/proto'
import type { aiHealth } from '@akashic/proto'
import { operatorRoute } from '@akashic/shared/http'
import type { Reply, Route } from '@akashic/shared/http'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { iso } from '../instant.ts'
import { aiPath, aiTag } from './ai-client.ts'
import type { AiClient } from './ai-client.ts'

const longestTimeoutMs = 300_000
const usualTimeoutMs = 60_000
/** What the service needs beyond the attempts themselves. */
const marginMs = 5_000

const word = () => line().max(200).nullish()

const errorSchema = z
  .object({
    status: z.int().min(100).max(599).nullish().describe('HTTP status of the answer.'),
    code: z.union([line().max(200), z.number()]).nullish(),
    type: word(),
    message: z.string().max(10_000).nullish(),
    retryAfter: z
      .union([z.number().min(0), line().max(100)])
      .nullish()
      .describe('Its Retry-After: seconds or an HTTP date.'),
  })
  .describe('As the provider sent it; members beyond these are ignored.')

const failureSchema = z.strictObject({
  type: line()
    .min(1)
    .max(200)
    .describe(
      `What kind of failure it was: ${aiNames.failureClasses.join(', ')}; another word is handled generically.`,
    ),
  retryCount: z.int().min(0).max(1_000_000).describe('How often it was tried again already.'),
  originalRequest: z.record(z.string(), z.unknown()).describe('Body of the request, as it was sent.'),
  provider: line().max(63).default('').describe('Provider that failed; by default the first choice.'),
  error: z
    .union([z.string().max(10_000), errorSchema])
    .optional()
    .describe(
      'What the provider answered: its status, code and type count for more than `type`. A bare sentence is not read.',
    ),
  key: line().max(63).default('').describe('Name of a virtual key whose rules hold; without one nothing is queued.'),
  endpoint: z.enum(['chat', 'embeddings']).optional().describe('By default found from the body.'),
  idempotencyKey: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
    .optional()
    .describe('Reaches every attempt, as the header Idempotency-Key.'),
  timeoutMs: z.int().min(1).max(longestTimeoutMs).default(usualTimeoutMs).describe('Bound of all attempts.'),
})

const failureClass = z.enum(aiNames.failureClasses).nullable().describe('How the failure was understood.')
const responseSchema = z
  .discriminatedUnion('action', [
    z.object({
      action: z.literal('retry_with_backoff'),
      backoffTimeMs: z.number(),
      estimatedRetryTime: z.iso.datetime(),
      requestId: z.string().nullable().describe('Of the queue, which tries it again; null: you do.'),
      class: failureClass,
    }),
    z.object({
      action: z.literal('switched_to_backup'),
      service: z.string().describe('Who answered, as `azure/gpt-4o`.'),
      result: z.unknown().describe('The answer, as the provider sent it.'),
      class: failureClass,
    }),
    z.object({
      action: z.literal('all_services_failed'),
      error: z.string(),
      retryAfter: z.int().optional().describe('Seconds; also in the header Retry-After.'),
      class: failureClass,
    }),
  ])
  .meta({ id: 'AiFailureResponse' })

type ToldFailure = z.infer<typeof failureSchema>

export function failureRoute(client: AiClient): Route {
  return operatorRoute({
    method: 'POST',
    path: `${aiPath}/failures`,
    tag: aiTag,
    summary: 'Have a request to an AI provider dealt with that failed',
    description: 'It is queued, sent to a backup, or given back. The answer is 200 in each of these cases.',
    role: 'operator',
    body: failureSchema,
    answers: { 200: { description: 'What became of it.', schema: responseSchema } },
    serve: async (request) => {
      const told = request.body
      const deadlineMs = told.timeoutMs + marginMs
      return reply(
        await client.handleFailure(encoded(told, request.idempotencyKey), { ...callOptions(request), deadlineMs }),
      )
    },
  })
}

/** Attempts carry the key that the body names, else that of this call. */
function encoded(told: ToldFailure, keyOfCall: string | undefined): aiHealth.HandleFailureRequest {
  const { type, retryCount, originalRequest, provider, error, key, endpoint, idempotencyKey, timeoutMs } = told
  const known = aiNames.failureClasses.find((name) => name === type) ?? null
  const { retryAfter, ...answer } = typeof error === 'object' ? error : { message: error }
  const code = typeof answer.code === 'number' ? String(answer.code) : answer.code
  return {
    ...{ class: failureClassToProto(known), type, retryCount, provider, key },
    originalRequestJson: JSON.stringify(originalRequest),
    endpoint: endpoint ?? '',
    errorJson: error === undefined ? '' : JSON.stringify({ ...answer, code }),
    retryAfter: String(retryAfter ?? ''),
    idempotencyKey: idempotencyKey ?? keyOfCall ?? '',
    deadlineMs: timeoutMs,
  }
}

function reply(response: aiHealth.HandleFailureResponse): Reply {
  const action = failureActionFromProto(response.action)
  const understood = failureClassFromProto(response.class)
  if (action === 'retry_with_backoff') {
    const { backoffTimeMs, estimatedRetryAtMs, requestId } = response
    const estimatedRetryTime = iso(estimatedRetryAtMs!)
    return { body: { action, backoffTimeMs, estimatedRetryTime, requestId: requestId || null, class: understood } }
  }
  if (action === 'switched_to_backup') {
    const { service, resultJson } = response
    return { body: { action, service, result: JSON.parse(resultJson) as unknown, class: understood } }
  }
  const { error, retryAfterMs } = response
  if (retryAfterMs === undefined) return { body: { action, error, class: understood } }
  const retryAfter = Math.ceil(retryAfterMs / 1_000)
  return {
    headers: { 'retry-after': String(retryAfter) },
    body: { action, error, retryAfter, class: understood },
  }
}
