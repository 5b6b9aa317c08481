import type { aiHealth } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const nothing: aiHealth.GetQualityResponse = {
  ...{ trends: [], alerts: [], recommendations: ['Nothing was measured.'], flags: [], models: [] },
  ...{ window: 100, responses: 0, scored: 0, dropped: 0 },
}
const anAlert = { type: 'low_coherence', severity: 'warning', message: 'Low.', threshold: 0.7, current: 0.61 }
const measured: aiHealth.GetQualityResponse = {
  ...{ overallScore: 0.8, averageLength: 512.5, coherenceScore: 0.61, relevanceScore: 0.9, errorRate: 0 },
  userSatisfaction: 0.75,
  trends: [{ metric: 'coherence', direction: 'falling', slope: -0.002, pValue: 0.01 }],
  alerts: [
    { ...anAlert, provider: 'openai', model: 'gpt-4o' },
    { ...anAlert, provider: '', model: '' },
  ],
  ...{ recommendations: ['Look.'], window: 50, responses: 40, scored: 38, dropped: 3 },
  flags: [{ flag: 'repetition', count: 4 }],
  models: [
    {
      ...{ provider: 'openai', model: 'gpt-4o', responses: 40, scored: 38, coherenceScore: 0.61 },
      ...{ flags: [{ flag: 'repetition', count: 4 }], drifting: ['coherence'] },
    },
  ],
}

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
const pointersOf = ({ body }: { body: { errors: { pointer: string }[] } }) =>
  body.errors.map(({ pointer }) => pointer).sort()

test('the report of quality is the one of the guide, with what each model did', async () => {
  const asked: object[] = []
  gateway.ai.scripts.getQuality = async (request) => (asked.push(request), measured)
  const query = 'window=50&provider=openai&model=gpt-4o'
  const { body } = await gateway.call('GET', `/api/v1/ai/quality?${query}`, { key: await keyOf('viewer') })
  expect(body).toEqual({
    overallScore: 0.8,
    metrics: {
      ...{ averageLength: 512.5, coherenceScore: 0.61, relevanceScore: 0.9, errorRate: 0, userSatisfaction: 0.75 },
    },
    trends: [{ metric: 'coherence', direction: 'falling', slope: -0.002, pValue: 0.01 }],
    alerts: [
      { ...anAlert, provider: 'openai', model: 'gpt-4o' },
      { ...anAlert, provider: null, model: null },
    ],
    ...{ recommendations: ['Look.'], window: 50, responses: 40, scored: 38, dropped: 3 },
    flags: { repetition: 4 },
    models: [
      {
        ...{ provider: 'openai', model: 'gpt-4o', responses: 40, scored: 38, overallScore: null },
        ...{ coherenceScore: 0.61, relevanceScore: null, errorRate: null },
        ...{ flags: { repetition: 4 }, drifting: ['coherence'] },
      },
    ],
  })
  await gateway.call('GET', '/api/v1/ai/quality')
  expect(asked).toEqual([
    { window: 50, provider: 'openai', model: 'gpt-4o' },
    { window: 100, provider: '', model: '' },
  ])
})

test('scores that nobody measured are null', async () => {
  gateway.ai.scripts.getQuality = async () => nothing
  const { body } = await gateway.call('GET', '/api/v1/ai/quality')
  expect(body).toMatchObject({ overallScore: null, responses: 0, recommendations: ['Nothing was measured.'] })
  expect(Object.values(body.metrics)).toEqual([null, null, null, null, null])
})

test('a window that is no number from 1 to 1,000 is refused', async () => {
  for (const window of ['0', '1001', '1.5', 'all']) {
    const refused = await gateway.call('GET', `/api/v1/ai/quality?window=${window}`)
    expect(refused.status).toBe(400)
    expect(pointersOf(refused)).toEqual(['/query/window'])
  }
})

test('an answer is taken to be judged, with what is known of it', async () => {
  const asked: aiHealth.AddResponseRequest[] = []
  gateway.ai.scripts.addResponse = async (request) => (asked.push(request), { id: 'res-1' })
  const least = { provider: 'openai', model: 'gpt-4o', content: 'Hello.' }
  const all = { prompt: 'Hi', finishReason: 'stop', format: 'json', requiredFields: ['a'], hasTokenLimit: true }
  const added = await gateway.call('POST', '/api/v1/ai/responses', { body: least })
  expect(added).toMatchObject({ status: 202, body: { id: 'res-1' } })
  await gateway.call('POST', '/api/v1/ai/responses', { body: { ...least, ...all, error: 'overloaded' } })
  const by = { prompt: '', finishReason: '', format: 'text', requiredFields: [], hasTokenLimit: false }
  expect(asked).toEqual([
    { ...least, ...by, error: 'FAILURE_CLASS_UNSPECIFIED' },
    { ...least, ...all, error: 'FAILURE_CLASS_OVERLOADED' },
  ])
  const wrong = { provider: '', content: 7, format: 'xml', error: 'gremlins', text: 'x' }
  const refused = await gateway.call('POST', '/api/v1/ai/responses', { body: wrong })
  expect(pointersOf(refused)).toEqual(['/content', '/error', '/format', '/model', '/provider', '/text'])
})

test('what a person thinks of an answer is a number, or up or down', async () => {
  const asked: aiHealth.AddFeedbackRequest[] = []
  gateway.ai.scripts.addFeedback = async (request) => (asked.push(request), {})
  const rate = (rating: unknown) =>
    gateway.call('POST', '/api/v1/ai/feedback', { body: { responseId: 'res-1', rating } })
  for (const rating of [0.25, 'up', 'down']) expect((await rate(rating)).status).toBe(204)
  expect(asked.map(({ rating }) => rating)).toEqual([0.25, 1, 0])
  for (const rating of [-0.1, 1.1, 'good', undefined]) {
    const refused = await rate(rating)
    expect(refused.status).toBe(400)
    expect(pointersOf(refused)).toEqual(['/rating'])
  }
  gateway.ai.scripts.addFeedback = async () => {
    throw new OpsError('not_found', 'There is no response res-1.')
  }
  expect((await rate('up')).status).toBe(404)
})

test('a repeated answer or word with the same Idempotency-Key counts once', async () => {
  let times = 0
  gateway.ai.scripts.addResponse = async () => ({ id: `res-${++times}` })
  gateway.ai.scripts.addFeedback = async () => (times++, {})
  const response = { body: { provider: 'p', model: 'm', content: '' }, headers: { 'idempotency-key': 'r' } }
  const feedback = { body: { responseId: 'res-1', rating: 'up' }, headers: { 'idempotency-key': 'f' } }
  for (const _ of [1, 2]) {
    expect((await gateway.call('POST', '/api/v1/ai/responses', response)).body).toEqual({ id: 'res-1' })
    expect((await gateway.call('POST', '/api/v1/ai/feedback', feedback)).status).toBe(204)
  }
  expect(times).toBe(2)
})

test('viewers add no answer and no opinion', async () => {
  gateway.ai.scripts.addResponse = async () => ({ id: 'res-1' })
  gateway.ai.scripts.addFeedback = async () => ({})
  const key = await keyOf('viewer')
  const response = { provider: 'p', model: 'm', content: '' }
  expect((await gateway.call('POST', '/api/v1/ai/responses', { key, body: response })).status).toBe(403)
  const feedback = { responseId: 'res-1', rating: 1 }
  expect((await gateway.call('POST', '/api/v1/ai/feedback', { key, body: feedback })).status).toBe(403)
})
