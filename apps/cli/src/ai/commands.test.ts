import { aFailingProvider, aProvider, aQualityReport, aQueuedRequest } from '../testing/ai-builders.ts'
import { akashic } from '../testing/a-session.ts'
import { Problem, startFakeServer, type FakeServer } from '../testing/fake-server.ts'
import type { Circuit } from './health-report.ts'
import type { ModelQuality } from './quality-report.ts'
import type { QueuedRequest } from './queued-request.ts'

let server: FakeServer
let env: Record<string, string>
const answers: Record<string, unknown> = {}
beforeEach(async () => {
  for (const name of Object.keys(answers)) delete answers[name]
  server = await startFakeServer(answers)
  env = { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
})
afterEach(async () => server.stop())
const ai = (...argv: readonly string[]) => akashic(['ai', ...argv], { env })

describe('providers', () => {
  const circuit = { state: 'open', coolingUntil: null } as Circuit
  const items = [
    aProvider({ circuits: [circuit, { ...circuit, state: 'half_open' }] }),
    aFailingProvider('azure', 'overloaded', 'Busy.'),
    aProvider({ name: 'llama', circuits: [circuit], overall: 'degraded' }),
  ]

  test('are a table, worst first, and what is not known is no number', async () => {
    answers['GET /api/v1/ai/providers'] = { items, nextCursor: null }
    const { stdout, code } = await akashic(['ai', 'providers'], { env: { ...env, NO_COLOR: '1' }, columns: 80 })
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n')).toEqual([
      'STATE       PROVIDER  KIND    LATENCY  REQ/MIN  TOKENS/MIN  CIRCUITS',
      '✖ failed    azure     openai        –        –           –  closed',
      '▲ degraded  llama     openai   210 ms  480/500   30.1K/90K  1 open',
      '● healthy   openai    openai   210 ms  480/500   30.1K/90K  1 open, 1 on trial',
    ])
  })

  test('come as JSON as the server gave them, and none is said to be so', async () => {
    answers['GET /api/v1/ai/providers'] = { items, nextCursor: null }
    expect(JSON.parse((await ai('providers', '--json')).stdout)).toEqual(items)
    answers['GET /api/v1/ai/providers'] = { items: [], nextCursor: null }
    expect((await ai('providers')).stdout).toContain('No AI provider is configured')
  })
})

describe('quality', () => {
  const path = 'GET /api/v1/ai/quality'
  const model: ModelQuality = {
    ...{ provider: 'openai', model: 'gpt-4o', responses: 60, scored: 58, overallScore: 0.86, coherenceScore: 0.81 },
    ...{ relevanceScore: null, errorRate: 0.004, flags: {}, drifting: [] },
  }

  test('that is good says so, with its scores, and what was not measured is said to be so', async () => {
    answers[path] = aQualityReport({ models: [model] })
    const { stdout, code } = await ai('quality')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^● The answers are good, overall 0\.86\n\nOf the newest 100 answers, 96 scored:\n/)
    expect(stdout).toContain('  coherence     0.81\n  relevance     0.90\n  errors        2 %\n')
    expect(stdout).toContain('  satisfaction  not measured\n  length        1,512 characters on average\n')
    expect(stdout).toMatch(/openai\/gpt-4o +60 +0\.86 +0\.81 +– +0\.4 %/)
    expect(stdout).not.toContain('Flagged')
    expect(server.asked[0]!.path).toBe('/api/v1/ai/quality?window=100')
  })

  test('that falls tells alerts, flags, trends with arrows, which model got worse, and what to do', async () => {
    const alert = { type: 'x', message: 'Coherence is low.', threshold: 0.7, current: 0.6691 }
    answers[path] = aQualityReport({
      alerts: [
        { ...alert, severity: 'warning' },
        { ...alert, severity: 'critical', message: 'Too many errors.', threshold: 0.1, current: 0.2 },
      ],
      trends: [
        { metric: 'coherence', direction: 'falling', slope: -0.0021, pValue: 0.0004 },
        { metric: 'relevance', direction: 'stable', slope: 0, pValue: 0.7 },
        { metric: 'error', direction: 'rising', slope: 0.001, pValue: 0.01 },
      ],
      ...{ flags: { repetition: 4, broken_format: 9, refusal: 0 }, dropped: 1_203 },
      models: [model, { ...model, model: 'o9', drifting: ['coherence', 'broken_format'] }],
      recommendations: ['openai/o9: use another model.'],
    })
    const { stdout, code } = await ai('quality', '--window', '500', '--provider', 'openai', '--model', 'o9')
    expect(code).toBe(3)
    expect(stdout).toMatch(/^✖ The answers need a look: 2 alerts, 1 model got worse, overall 0\.86\n/)
    expect(stdout).toContain(
      'Alerts:\n  ✖ critical: Too many errors (it is 0.2, the threshold is 0.1)\n' +
        '  ▲ warning: Coherence is low (it is 0.669, the threshold is 0.7)\n',
    )
    expect(stdout).toContain('Flagged:\n  broken format  9 of 100 answers\n  repetition     4 of 100 answers\n\n')
    expect(stdout).toContain('  coherence  ↘ falling  -0.21 in 100 answers, p < 0.001\n')
    expect(stdout).toContain('  relevance  → stable\n')
    expect(stdout).toContain('  error      ↗ rising   +0.1 in 100 answers, p = 0.01\n')
    expect(stdout).toMatch(/openai\/o9 .*\n {4}▲ got worse: coherence, broken format\n/)
    expect(stdout).toContain('Recommended:\n  - openai/o9: use another model.\n')
    expect(server.asked[0]!.path).toBe('/api/v1/ai/quality?window=500&provider=openai&model=o9')
  })

  test('is bad as soon as one model got worse, even before an alert', async () => {
    answers[path] = aQualityReport({ models: [{ ...model, drifting: ['coherence'] }] })
    expect((await ai('quality')).code).toBe(3)
  })

  test('of which nothing was measured is not called good', async () => {
    const none = { averageLength: null, coherenceScore: null, relevanceScore: null, errorRate: null }
    const metrics = { ...none, userSatisfaction: null }
    answers[path] = aQualityReport({ overallScore: null, metrics, responses: 0, scored: 0, recommendations: ['Post.'] })
    const { stdout, code } = await ai('quality')
    expect(code).toBe(5)
    expect(stdout).toBe('? Nothing was measured: no answer was judged.\n\nRecommended:\n  - Post.\n')
    expect(JSON.parse((await ai('quality', '--json')).stdout)).toEqual(answers[path])
  })

  test('of a window that is no number from 1 to 1,000 is not asked for', async () => {
    expect((await ai('quality', '--window', '1001')).code).toBe(2)
    expect(server.asked).toEqual([])
  })
})

describe('queue', () => {
  const path = 'GET /api/v1/ai/requests'
  const counts = { pending: 2, running: 1, succeeded: 10, failed: 1, uncertain: 1, expired: 0 }
  const listed = (items: readonly QueuedRequest[], over: object = {}) =>
    (answers[path] = { items, nextCursor: null, queue: { open: true, problem: null }, counts, ...over })

  test('tells whether it takes requests and how many it holds, and lists them with what went wrong last', async () => {
    const ended = { nextAttemptAt: null, lastProblem: null }
    listed([
      aQueuedRequest(),
      aQueuedRequest({ id: 'req-2', nextAttemptAt: '2999-01-01T00:00:00.000Z' }),
      aQueuedRequest({ id: 'req-3', state: 'running', attempts: 3, lastProblem: null }),
      aQueuedRequest({ ...ended, id: 'req-4', state: 'uncertain' }),
      aQueuedRequest({ nextAttemptAt: null, id: 'req-5', state: 'succeeded' }),
    ])
    const { stdout, code } = await ai('queue')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^● The queue takes requests, 3 requests wait\n2 pending, 1 running, 10 succeeded, /)
    expect(stdout).toMatch(/◷ pending +2 {2}due +gpt-4o {2}shop .*\n {4}overload: It is overloaded\.\n {4}req-1\n/)
    expect(stdout).toMatch(/◷ pending +2 {2}in \d+ days +gpt-4o/)
    expect(stdout).toMatch(/◐ running +3 {2}now +gpt-4o .*\n {4}req-3\n/)
    expect(stdout).toMatch(/\? uncertain .*\n {4}whether an attempt was answered is not known\n {4}req-4\n/)
    expect(stdout).toMatch(/succeeded .*\n {4}req-5\n/)
    expect(stdout).toMatch(/Next:\n {2}akashic ai queue show req-4\n$/)
  })

  test('that takes none says why, and an empty one that it is empty', async () => {
    const queue = { open: false, problem: 'AKASHIC_DATA_KEY is not set' }
    listed([], { queue })
    const { stdout, code } = await ai('queue')
    expect(stdout).toMatch(/^✖ The queue takes no requests: AKASHIC_DATA_KEY is not set\n/)
    expect(stdout).toContain('It is empty.')
    expect(code).toBe(0)
    expect((await ai('queue', '--state', 'failed')).stdout).toContain('None is failed.')
    expect(server.asked.map((one) => one.path)).toEqual([
      '/api/v1/ai/requests?limit=50',
      '/api/v1/ai/requests?state=failed&limit=50',
    ])
    expect((await ai('queue', '--state', 'lost')).code).toBe(2)
  })

  test('as JSON is what the server answered, and more of it is said to be there', async () => {
    listed([aQueuedRequest()], { nextCursor: 'more' })
    expect(JSON.parse((await ai('queue', '--json')).stdout)).toEqual(answers[path])
    expect((await ai('queue', '--limit', '1')).stdout).toContain('There are more: --limit 2 shows them.')
  })

  test('shows one with what was answered, or the whole result where that is no text', async () => {
    const done = { state: 'succeeded', nextAttemptAt: null, completedAt: '2020-01-01T00:30:00.000Z' } as const
    const chat = { choices: [{ message: { role: 'assistant', content: 'Hello.\nBye.' } }] }
    answers[`${path}/req-1`] = { ...aQueuedRequest({ ...done, lastProblem: null }), result: chat }
    answers[`${path}/req-2`] = { ...aQueuedRequest(done), result: { data: [{ embedding: [1] }] } }
    answers[`${path}/req-3`] = { ...aQueuedRequest(), result: null }
    const { stdout, code } = await ai('queue', 'show', 'req-1')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^● succeeded {2}gpt-4o\n {2}endpoint +chat\n/)
    expect(stdout).toContain('2, the last at openai/gpt-4o\n')
    expect(stdout).toMatch(/completed +2020-01-01 00:30 UTC \(\d+ days ago\)\n/)
    expect(stdout).toMatch(/\n\nResult:\n {2}Hello\.\n {2}Bye\.\n$/)
    expect((await ai('queue', 'show', 'req-2')).stdout).toContain('"embedding": [')
    expect((await ai('queue', 'show', 'req-3')).stdout).not.toContain('Result')
    expect(JSON.parse((await ai('queue', 'show', 'req-1', '--json')).stdout)).toEqual(answers[`${path}/req-1`])
  })

  test('that does not have the request says so', async () => {
    answers[`${path}/nope`] = new Problem(404, { code: 'not_found', detail: 'There is no queued request nope.' })
    const { stderr, code } = await ai('queue', 'show', 'nope')
    expect(code).toBe(1)
    expect(stderr).toContain('Looking for the request nope: There is no queued request nope.')
  })
})

test('the help of each command shows three examples at least', async () => {
  for (const command of [[], ['diagnose'], ['providers'], ['quality'], ['queue'], ['queue', 'show']]) {
    const { stdout, code } = await ai(...command, '--help')
    expect(code).toBe(0)
    expect(stdout.match(/^ {2}akashic ai /gm)!.length).toBeGreaterThanOrEqual(3)
  }
})
