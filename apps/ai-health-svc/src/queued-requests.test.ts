import { eventually, testDatabase, type FakeOpenAi, type TestDatabase } from '@akashic/testbed'
import type { aiHealth } from '@akashic/proto'
import { sql } from '@akashic/shared/postgres'
import { aProvider, as, chatsOf, startAiHealth, startPair, testKey, type AiHealthService } from './service-harness.ts'

let database: TestDatabase
let pair: Awaited<ReturnType<typeof startPair>>
let first: FakeOpenAi
let backup: FakeOpenAi
let service: AiHealthService

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  pair = await startPair(database)
  ;({ first, backup } = pair)
  const providers = [aProvider('first', first, { priority: 1 }), aProvider('backup', backup)]
  const keys = [{ name: 'batch', secret: testKey, queue: true }]
  service = await startAiHealth({ providers, keys }, { database })
})
afterEach(async () => {
  await service.close()
  await pair.stop()
})

const secretWords = 'the colour of the vault is ultramarine'
const original = { model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: secretWords }] }

function handle(more: Partial<aiHealth.HandleFailureRequest> = {}) {
  const request: aiHealth.HandleFailureRequest = {
    ...{ class: 'FAILURE_CLASS_RATE_LIMIT_EXCEEDED', type: '', retryCount: 0, endpoint: '', provider: '' },
    ...{ originalRequestJson: JSON.stringify(original), errorJson: '', retryAfter: '', key: '', idempotencyKey: '' },
    deadlineMs: 5_000,
    ...more,
  }
  return service.client.handleFailure(request, as('operator'))
}

test.each([0, 1, 2, 3])(
  'after %i retries a rate limit is waited out, and the caller still owns the request',
  async (retryCount) => {
    const response = await handle({ retryCount, retryAfter: '7' })
    expect(response).toMatchObject({ action: 'FAILURE_ACTION_RETRY_WITH_BACKOFF', requestId: '', backoffTimeMs: 7_000 })
    expect(response.estimatedRetryAtMs! - Date.now()).toBeGreaterThan(6_000)
  },
)

test.each([
  ['FAILURE_CLASS_INVALID_RESPONSE', 0, 'FAILURE_ACTION_RETRY_WITH_BACKOFF'],
  ['FAILURE_CLASS_INVALID_RESPONSE', 1, 'FAILURE_ACTION_SWITCHED_TO_BACKUP'],
  ['FAILURE_CLASS_OVERLOADED', 2, 'FAILURE_ACTION_RETRY_WITH_BACKOFF'],
  ['FAILURE_CLASS_OVERLOADED', 3, 'FAILURE_ACTION_SWITCHED_TO_BACKUP'],
] as const)('%s after %i retries: %s', async (failureClass, retryCount, action) => {
  expect(await handle({ class: failureClass, retryCount })).toMatchObject({ action })
})

test('after more than three retries a backup answers', async () => {
  const response = await handle({ retryCount: 4 })
  expect(response).toMatchObject({ action: 'FAILURE_ACTION_SWITCHED_TO_BACKUP', service: 'backup/gpt-4o' })
  expect(JSON.parse(response.resultJson)).toMatchObject({ choices: [{ message: { content: 'From the backup.' } }] })
  expect(chatsOf(first)).toHaveLength(0)
})

test('billing that is told as a rate limit is known for what it is, and switches at once', async () => {
  const errorJson = JSON.stringify({ status: 429, code: 'insufficient_quota' })
  const response = await handle({ errorJson })
  expect(response).toMatchObject({
    action: 'FAILURE_ACTION_SWITCHED_TO_BACKUP',
    class: 'FAILURE_CLASS_QUOTA_EXHAUSTED',
  })
})

test('a Retry-After that cannot be read is refused, and not taken for none', async () => {
  await expect(handle({ retryAfter: '20s' })).rejects.toMatchObject({
    ...{ code: 'invalid_argument', fields: [expect.objectContaining({ pointer: '/error/retryAfter' })] },
  })
})

test('when no backup answers, that is said with when to come again', async () => {
  backup.script({ name: 'rate_limit', retryAfter: { seconds: 33 } }, { path: 'chat' })
  const response = await handle({ retryCount: 4 })
  expect(response).toMatchObject({ action: 'FAILURE_ACTION_ALL_SERVICES_FAILED' })
  expect(response.error).toContain('backup/gpt-4o: rate_limit_exceeded')
  expect(response.retryAfterMs).toBeGreaterThan(30_000)
})

test('what is the fault of the caller is tried nowhere', async () => {
  const response = await handle({ class: 'FAILURE_CLASS_INVALID_REQUEST' })
  expect(response).toMatchObject({ action: 'FAILURE_ACTION_ALL_SERVICES_FAILED', attempts: 0 })
})

test('a queued request is answered later, sealed while it is kept, and told of once it is done', async () => {
  first.script({ name: 'slow_headers', ms: 800 }, { path: 'chat', times: 1 })
  const { requestId } = await handle({ key: 'batch', idempotencyKey: 'order-1' })
  expect(requestId).not.toBe('')
  const again = await handle({ key: 'batch', idempotencyKey: 'order-1', retryCount: 9 })
  expect(again).toMatchObject({ action: 'FAILURE_ACTION_RETRY_WITH_BACKOFF', requestId })
  await eventually(async () => {
    const { request, resultJson } = await service.client.getRequest({ id: requestId }, as())
    expect(request).toMatchObject({ state: 'REQUEST_STATE_SUCCEEDED', provider: 'first', attempts: 1 })
    expect(JSON.parse(resultJson)).toMatchObject({ choices: [{ message: { content: 'From the first.' } }] })
  }, 20_000)
  // Whoever comes again with the same key gets the answer that there is, and nobody is asked.
  const late = await handle({ key: 'batch', idempotencyKey: 'order-1', retryCount: 9 })
  expect(late).toMatchObject({ action: 'FAILURE_ACTION_SWITCHED_TO_BACKUP', service: 'first/gpt-4o' })
  expect(JSON.parse(late.resultJson)).toMatchObject({ choices: [{ message: { content: 'From the first.' } }] })
  expect(first.executions('order-1')).toBe(1)
  expect(chatsOf(backup)).toHaveLength(0)
  const rows = await database.db.query(sql`SELECT row_to_json(r)::text AS row FROM ai_health.request AS r`)
  expect(JSON.stringify(rows)).not.toContain(Buffer.from(secretWords).toString('hex').slice(0, 20))
  expect(JSON.stringify(rows)).not.toContain(secretWords)
  await eventually(async () =>
    expect((await service.events()).filter(({ type }) => type.includes('request_completed'))).toMatchObject([
      { data: { id: requestId, status: 'succeeded', attempts: 1 } },
    ]),
  )
})

test('while a backup is asked, whoever tells of the same request is told to wait, and nobody else is asked', async () => {
  backup.script({ name: 'slow_headers', ms: 700 }, { path: 'chat' })
  const asked = { key: 'batch', idempotencyKey: 'order-3', retryCount: 4 }
  const underWay = handle(asked)
  await eventually(() => expect(chatsOf(backup)).toHaveLength(1))
  for (const retryCount of [4, 0]) {
    const waiting = { action: 'FAILURE_ACTION_RETRY_WITH_BACKOFF', requestId: '', backoffTimeMs: 1_000 }
    expect(await handle({ ...asked, retryCount })).toMatchObject(waiting)
  }
  expect(await underWay).toMatchObject({ action: 'FAILURE_ACTION_SWITCHED_TO_BACKUP' })
  expect([chatsOf(first).length, chatsOf(backup).length]).toEqual([0, 1])
  expect(await database.db.query(sql`SELECT 1 FROM ai_health.failure_owner`)).toEqual([])
})

test('what ended badly in the queue is told so to whoever comes again with its key, and is not tried anew', async () => {
  first.script('bad_request', { path: 'chat' })
  const asked = { key: 'batch', idempotencyKey: 'order-2' }
  const { requestId } = await handle(asked)
  await eventually(async () => {
    const { request } = await service.client.getRequest({ id: requestId }, as())
    expect(request).toMatchObject({ state: 'REQUEST_STATE_FAILED' })
  }, 20_000)
  const calls = chatsOf(first).length
  for (const retryCount of [0, 9]) {
    const again = await handle({ ...asked, retryCount })
    expect(again).toMatchObject({ action: 'FAILURE_ACTION_ALL_SERVICES_FAILED', attempts: 0 })
    expect(again.error).toContain('ended it as failed')
  }
  expect([chatsOf(first).length, chatsOf(backup).length]).toEqual([calls, 0])
})

test('a queued request goes on to the backup after its retries', async () => {
  first.script({ name: 'rate_limit', retryAfter: { ms: 10 } }, { path: 'chat' })
  const { requestId } = await handle({ key: 'batch', retryCount: 2 })
  await eventually(async () => {
    const { request } = await service.client.getRequest({ id: requestId }, as())
    expect(request).toMatchObject({ state: 'REQUEST_STATE_SUCCEEDED', provider: 'backup', attempts: 3 })
  }, 25_000)
}, 40_000)

test('that an attempt begins is written before it is sent', async () => {
  first.script('hang', { path: 'chat' })
  const { requestId } = await handle({ key: 'batch' })
  await eventually(() => expect(chatsOf(first)).toHaveLength(1), 10_000)
  const [row] = await database.db.query<{ state: string; job_id: string }>(sql`
    SELECT state, job_id FROM ai_health.request WHERE id = ${requestId}`)
  expect(row).toMatchObject({ state: 'running', job_id: expect.any(String) })
})

test.each([
  [{ originalRequestJson: '{' }, '/originalRequest'],
  [{ provider: 'nobody' }, '/provider'],
  [{ key: 'nobody' }, '/key'],
  [{ originalRequestJson: '{"model":"gpt-9","messages":[]}' }, '/originalRequest/model'],
])('%j is refused with the field that is wrong', async (more, pointer) => {
  await expect(handle(more)).rejects.toMatchObject({ code: 'invalid_argument', fields: [{ pointer }] })
})
