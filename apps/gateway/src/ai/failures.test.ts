import type { aiHealth } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { aiAtMs } from '../testing/ai-builders.ts'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const path = '/api/v1/ai/failures'
const originalRequest = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }], temperature: 0.2 }
const aFailure = { type: 'rate_limit_exceeded', retryCount: 2, originalRequest }
const anAnswer = (partial: Partial<aiHealth.HandleFailureResponse>): aiHealth.HandleFailureResponse => ({
  ...{ action: 'FAILURE_ACTION_ALL_SERVICES_FAILED', class: 'FAILURE_CLASS_OVERLOADED' },
  ...{ requestId: '', service: '', resultJson: '', error: 'No backup answered.', attempts: 0 },
  ...partial,
})
const retrying = anAnswer({
  ...{ action: 'FAILURE_ACTION_RETRY_WITH_BACKOFF', class: 'FAILURE_CLASS_RATE_LIMIT_EXCEEDED', error: '' },
  ...{ backoffTimeMs: 3_210.5, estimatedRetryAtMs: aiAtMs },
})
const retried = {
  ...{ action: 'retry_with_backoff', backoffTimeMs: 3_210.5, estimatedRetryTime: new Date(aiAtMs).toISOString() },
  ...{ requestId: null, class: 'rate_limit_exceeded' },
}

let gateway: StartedGateway
const asked: aiHealth.HandleFailureRequest[] = []
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => gateway.stop())
beforeEach(() => {
  asked.length = 0
  answer(retrying)
})
const answer = (response: aiHealth.HandleFailureResponse) =>
  (gateway.ai.scripts.handleFailure = async (request) => (asked.push(request), response))

const fail = (body: unknown, headers: Record<string, string> = {}) => gateway.call('POST', path, { body, headers })
const pointersOf = ({ body }: { body: { errors: { pointer: string }[] } }) =>
  body.errors.map(({ pointer }) => pointer).sort()

test('a request that is to be tried again tells when, and its id once the queue owns it', async () => {
  expect(await fail(aFailure)).toMatchObject({ status: 200, body: retried })
  answer({ ...retrying, requestId: 'req-1' })
  expect((await fail(aFailure)).body).toEqual({ ...retried, requestId: 'req-1' })
})

test('a backup that answered is named, with its answer as it came', async () => {
  const result = { id: 'chatcmpl-1', choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' } }] }
  const action = 'FAILURE_ACTION_SWITCHED_TO_BACKUP'
  answer(anAnswer({ action, service: 'azure/gpt-4o', resultJson: JSON.stringify(result), error: '' }))
  const { status, body } = await fail(aFailure)
  expect(status).toBe(200)
  expect(body).toEqual({ action: 'switched_to_backup', service: 'azure/gpt-4o', result, class: 'overloaded' })
})

test('when every service failed that is an answer too, and says when to come back where that is known', async () => {
  const failed = { action: 'all_services_failed', error: 'No backup answered.', class: 'overloaded' }
  answer(anAnswer({ retryAfterMs: 12_001 }))
  const told = await fail(aFailure)
  expect(told).toMatchObject({ status: 200, body: { ...failed, retryAfter: 13 } })
  expect(told.headers.get('retry-after')).toBe('13')
  answer(anAnswer({}))
  const untold = await fail(aFailure)
  expect(untold.body).toEqual(failed)
  expect(untold.headers.has('retry-after')).toBe(false)
})

test('all that the caller tells reaches the service', async () => {
  await fail(aFailure)
  const error = { status: 429, code: null, type: 'requests', message: 'Slow down.', param: null, retryAfter: 20 }
  await fail({
    ...{ ...aFailure, provider: 'openai', error, key: 'shop', endpoint: 'chat' },
    ...{ idempotencyKey: 'order-7', timeoutMs: 1_500 },
  })
  const common = { class: 'FAILURE_CLASS_RATE_LIMIT_EXCEEDED', type: 'rate_limit_exceeded', retryCount: 2 }
  const originalRequestJson = JSON.stringify(originalRequest)
  expect(asked).toEqual([
    {
      ...{ ...common, originalRequestJson, endpoint: '', provider: '', errorJson: '', retryAfter: '' },
      ...{ key: '', idempotencyKey: '', deadlineMs: 60_000 },
    },
    {
      ...{ ...common, originalRequestJson, endpoint: 'chat', provider: 'openai', retryAfter: '20' },
      errorJson: JSON.stringify({ status: 429, code: null, type: 'requests', message: 'Slow down.' }),
      ...{ key: 'shop', idempotencyKey: 'order-7', deadlineMs: 1_500 },
    },
  ])
})

test('attempts carry the Idempotency-Key of the call, unless the body names one of their own', async () => {
  const headers = { 'idempotency-key': 'call-1' }
  await gateway.call('POST', '/api/v1/ai/failures', { body: aFailure, headers })
  const named = { ...aFailure, idempotencyKey: 'order-7' }
  await gateway.call('POST', '/api/v1/ai/failures', { body: named, headers: { 'idempotency-key': 'call-2' } })
  expect(asked.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['call-1', 'order-7'])
})

test('the error may be a sentence, its code a number, and its Retry-After a date', async () => {
  const date = 'Thu, 09 Oct 2025 08:53:20 GMT'
  await fail({ ...aFailure, error: 'socket hang up' })
  await fail({ ...aFailure, error: { code: 1302, retryAfter: date } })
  expect(asked.map(({ errorJson, retryAfter }) => [errorJson, retryAfter])).toEqual([
    ['{"message":"socket hang up"}', ''],
    ['{"code":"1302"}', date],
  ])
})

test('a type that nobody knows is passed on for the service to handle', async () => {
  expect((await fail({ ...aFailure, type: 'gremlins' })).status).toBe(200)
  expect(asked[0]).toMatchObject({ class: 'FAILURE_CLASS_UNSPECIFIED', type: 'gremlins' })
})

test('the call lasts as long as the attempts may and a little longer', async () => {
  gateway.ai.scripts.handleFailure = async (_request, call) => {
    await new Promise((resolve) => call.signal.addEventListener('abort', resolve, { once: true }))
    return retrying
  }
  const late = await fail({ ...aFailure, timeoutMs: 250 })
  expect(late).toMatchObject({ status: 504, body: { detail: expect.stringContaining('within 5.25 s') } })
}, 15_000)

test('the same request with an Idempotency-Key is dealt with once', async () => {
  answer(anAnswer({ retryAfterMs: 2_000 }))
  const headers = { 'idempotency-key': 'failure-1' }
  const first = await fail(aFailure, headers)
  const second = await fail(aFailure, headers)
  expect(second.headers.get('idempotency-replayed')).toBe('true')
  expect(second.headers.get('retry-after')).toBe('2')
  expect(second.body).toEqual(first.body)
  expect(asked).toHaveLength(1)
})

test('what is wrong with a failure is said field by field', async () => {
  expect(pointersOf(await fail({}))).toEqual(['/originalRequest', '/retryCount', '/type'])
  const wrong = await fail({
    ...{ ...aFailure, type: '', retryCount: -1, originalRequest: [], endpoint: 'images', idempotencyKey: 'a b' },
    ...{ timeoutMs: 300_001, error: { status: 42 }, provder: 'openai' },
  })
  expect(wrong.status).toBe(400)
  expect(pointersOf(wrong)).toEqual([
    ...['/endpoint', '/error/status', '/idempotencyKey', '/originalRequest', '/provder', '/retryCount', '/timeoutMs'],
    '/type',
  ])
  gateway.ai.scripts.handleFailure = async () => {
    const fields = [{ pointer: '/key', detail: 'there is no virtual key shop' }]
    throw new OpsError('invalid_argument', 'The failure cannot be handled: there is no virtual key shop.', { fields })
  }
  const refused = await fail({ ...aFailure, key: 'shop' })
  expect(refused.status).toBe(400)
  expect(pointersOf(refused)).toEqual(['/key'])
})

test('viewers have nothing dealt with', async () => {
  const body = { principal: 'v', kind: 'service', role: 'viewer' }
  const { key } = (await gateway.call('POST', '/api/v1/keys', { body })).body
  expect((await gateway.call('POST', path, { body: aFailure, key })).status).toBe(403)
  expect(asked).toEqual([])
})
