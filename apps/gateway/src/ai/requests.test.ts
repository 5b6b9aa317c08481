import type { aiHealth } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { aiAtMs, aQueuedRequest } from '../testing/ai-builders.ts'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const path = '/api/v1/ai/requests'
const at = (afterMs = 0): string => new Date(aiAtMs + afterMs).toISOString()
const shown = {
  ...{ id: 'req-1', state: 'pending', key: 'shop', endpoint: 'chat', model: 'gpt-4o', attempts: 2, createdAt: at() },
  ...{ nextAttemptAt: at(4_000), completedAt: null, expiresAt: at(3_600_000) },
  ...{ provider: 'openai', answeredModel: 'gpt-4o' },
  lastProblem: { class: 'overloaded', message: 'It is overloaded.' },
}
const fresh = aQueuedRequest({ id: 'req-2', attempts: 0, provider: '', answeredModel: '', lastProblem: null })

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => gateway.stop())
beforeEach(() => {
  gateway.ai.scripts = {}
})

const keyOf = async (role: string): Promise<string> =>
  (await gateway.call('POST', '/api/v1/keys', { body: { principal: role, kind: 'service', role } })).body.key

test('queued requests are listed page by page, with how many are in each state and whether more are taken', async () => {
  const asked: aiHealth.ListRequestsRequest[] = []
  gateway.ai.scripts.listRequests = async (request) => (
    asked.push(request),
    {
      requests: [fresh, aQueuedRequest()],
      ...{ nextCursor: asked.length === 1 ? 'more' : '', counts: { pending: 2, succeeded: 7 } },
      ...(asked.length === 1
        ? { isQueueOpen: true, queueProblem: '' }
        : { isQueueOpen: false, queueProblem: 'AKASHIC_DATA_KEY is not set' }),
    }
  )
  const key = await keyOf('viewer')
  const first = await gateway.call('GET', `${path}?state=pending&limit=2&cursor=abc`, { key })
  expect(first.status).toBe(200)
  expect(first.body).toEqual({
    items: [{ ...shown, id: 'req-2', attempts: 0, provider: null, answeredModel: null, lastProblem: null }, shown],
    nextCursor: 'more',
    queue: { open: true, problem: null },
    counts: { pending: 2, running: 0, succeeded: 7, failed: 0, uncertain: 0, expired: 0 },
  })
  const { body } = await gateway.call('GET', path)
  expect(body).toMatchObject({ nextCursor: null, queue: { open: false, problem: 'AKASHIC_DATA_KEY is not set' } })
  expect(asked).toEqual([
    { state: 'REQUEST_STATE_PENDING', limit: 2, cursor: 'abc' },
    { state: 'REQUEST_STATE_UNSPECIFIED', limit: 50, cursor: '' },
  ])
  expect((await gateway.call('GET', `${path}?state=lost`)).status).toBe(400)
})

test('one is shown with its result once it succeeded, to operators alone', async () => {
  const result = { choices: [{ message: { content: 'Hello' } }] }
  gateway.ai.scripts.getRequest = async ({ id }) =>
    id === 'req-1'
      ? { request: aQueuedRequest(), resultJson: '' }
      : {
          request: aQueuedRequest({
            ...{ id, state: 'REQUEST_STATE_SUCCEEDED', nextAttemptAtMs: undefined, completedAtMs: aiAtMs + 5_000 },
          }),
          resultJson: JSON.stringify(result),
        }
  expect((await gateway.call('GET', `${path}/req-1`)).body).toEqual({ ...shown, result: null })
  const key = await keyOf('operator')
  expect((await gateway.call('GET', `${path}/req-3`, { key })).body).toEqual({
    ...{ ...shown, id: 'req-3', state: 'succeeded', nextAttemptAt: null, completedAt: at(5_000), result },
  })
  expect((await gateway.call('GET', `${path}/req-3`, { key: await keyOf('viewer') })).status).toBe(403)
})

test('one that is not there is 404 in the words of the service', async () => {
  gateway.ai.scripts.getRequest = async ({ id }) => {
    throw new OpsError('not_found', `There is no queued request ${id}.`)
  }
  const unknown = await gateway.call('GET', `${path}/nope`)
  expect(unknown).toMatchObject({ status: 404, body: { detail: 'There is no queued request nope.' } })
})
