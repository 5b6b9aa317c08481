import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readLoadTest } from '../scenario/read-load-test.ts'
import { summarize } from '../report/summary.ts'
import { runLoadTest, type RunOptions } from './run-load-test.ts'

interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly atMs: number
}

type Answer = (asked: Asked, answer: ServerResponse) => void

let server: Server
let baseUrl: string
let asked: Asked[]
let answers: Answer

beforeEach(async () => {
  asked = []
  answers = (_, answer) => void answer.end('{}')
  server = createServer((request, answer) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      const one = { method, path, headers, body, atMs: performance.now() }
      asked.push(one)
      answers(one, answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const usual: RunOptions = {
  allowedOrigins: null,
  allowHosts: [],
  runId: 'run-1',
  workers: 2,
  now: Date.now,
  random: Math.random,
}
async function run(text: string, options: Partial<RunOptions> = {}) {
  const test = await readLoadTest({ file: 'load.yaml', text: `baseUrl: ${baseUrl}\n${text}`, env: {} })
  return summarize(await runLoadTest(test, { ...usual, ...options }))
}
const ping = 'steps: [{ request: { name: ping, url: /ping } }]'
const later =
  (ms: number): Answer =>
  (_, answer) =>
    void setTimeout(() => answer.end('{}'), ms)

test.each([
  ['per-vu-iterations: each user its own', 'executor: per-vu-iterations, vus: 3, iterations: 5', 15],
  ['shared-iterations: all users together', 'executor: shared-iterations, vus: 3, iterations: 17', 17],
  ['shared-iterations with fewer users than threads', 'executor: shared-iterations, vus: 1, iterations: 9', 9],
  ['constant-arrival-rate: as many as its time holds', 'executor: constant-arrival-rate, rate: 100, duration: 1s', 100],
  [
    'ramping-arrival-rate: the area below its rate',
    'executor: ramping-arrival-rate, stages: [{ duration: 1s, target: 100 }]',
    50,
  ],
])(
  '%s',
  async (_, executor, count) => {
    const { requests, iterations, dropped, verdict, failed } = await run(`scenarios: { a: { ${executor}, ${ping} } }`)
    expect({ requests, iterations, dropped, verdict, failed }).toEqual({
      requests: count,
      iterations: count,
      dropped: 0,
      verdict: 'passed',
      failed: 0,
    })
    expect(asked).toHaveLength(count)
  },
  20_000,
)

test('constant-vus keeps its users busy, and no more than them', async () => {
  let most = 0
  let now = 0
  answers = (_, answer) => {
    most = Math.max(most, ++now)
    setTimeout(() => {
      now--
      answer.end('{}')
    }, 50)
  }
  const { requests } = await run(`scenarios: { a: { executor: constant-vus, vus: 5, duration: 1s, ${ping} } }`)
  expect(most).toBe(5)
  expect(requests).toBeGreaterThan(30)
}, 20_000)

test('ramping-vus has as many users as its ramp says', async () => {
  answers = later(20)
  const stages = '[{ duration: 1s, target: 10 }, { duration: 1s, target: 0 }]'
  const { moments } = await run(`scenarios: { a: { executor: ramping-vus, stages: ${stages}, ${ping} } }`)
  expect(Math.max(...moments.map(({ vus }) => vus))).toBeGreaterThan(5)
  expect(moments.at(-1)!.vus).toBe(0)
}, 20_000)

test('scenarios run side by side, each from its own start', async () => {
  const { byRequest } = await run(`scenarios:
  a: { executor: per-vu-iterations, vus: 1, iterations: 1, steps: [{ request: { name: a, url: /a } }] }
  b: { executor: per-vu-iterations, vus: 1, iterations: 1, startTime: 700ms, steps: [{ request: { name: b, url: /b } }] }
`)
  expect(byRequest.map(({ scenario, requests }) => [scenario, requests])).toEqual(
    expect.arrayContaining([
      ['a', 1],
      ['b', 1],
    ]),
  )
  const [a, b] = ['/a', '/b'].map((path) => asked.find((one) => one.path === path)!.atMs)
  expect(b! - a!).toBeGreaterThan(500)
}, 20_000)

test('steps hand on what they were answered, escaped for where it goes', async () => {
  answers = ({ path }, answer) => {
    if (path === '/login') answer.setHeader('x-session', 's 1').end(JSON.stringify({ user: { id: 'a"b/c' } }))
    else answer.end('{}')
  }
  const { thresholds } = await run(`
thresholds: { data_sent: ['count==${'{"name":"Ada"}{"name":"Gr\\"ace"}'.length}'] }
data: { users: { rows: [{ name: Ada }, { name: 'Gr"ace' }] } }
scenarios:
  a:
    executor: per-vu-iterations
    vus: 1
    iterations: 2
    steps:
      - request: { method: POST, url: /login, json: { name: '{{ data.users.name }}' } }
        extract: { id: { json: /user/id }, session: { header: X-Session } }
      - request: { url: '/users/{{ vars.id }}?s={{ vars.session }}', headers: { x-iteration: '{{ iteration }}' } }
`)
  expect(asked.map(({ body }) => body).filter(Boolean)).toEqual(['{"name":"Ada"}', '{"name":"Gr\\"ace"}'])
  expect(asked.filter(({ path }) => path.startsWith('/users'))).toMatchObject([
    { path: '/users/a%22b%2Fc?s=s%201', headers: { 'x-iteration': '0' } },
    { headers: { 'x-iteration': '1' } },
  ])
  expect(thresholds).toMatchObject([{ outcome: 'passed' }])
}, 20_000)

test('requests are marked, so that others can leave them out', async () => {
  await run(`scenarios: { a: { executor: per-vu-iterations, vus: 1, iterations: 1, ${ping} } }`)
  expect(asked[0]!.headers).toMatchObject({ 'user-agent': 'akashic-load-test', 'x-akashic-load-test': 'run-1' })
}, 20_000)

test('a step cannot take the mark off', async () => {
  const text = `baseUrl: ${baseUrl}\nscenarios: { a: { executor: per-vu-iterations, vus: 1, iterations: 1, ${ping} } }`
  const test = await readLoadTest({ file: 'load.yaml', text, env: {} })
  const [scenario] = test.scenarios
  const [step] = scenario!.steps
  const unmarked = {
    ...step!,
    headers: { 'x-akashic-load-test': 'none', 'user-agent': 'people', accept: 'text/plain' },
  }
  await runLoadTest({ ...test, scenarios: [{ ...scenario!, steps: [unmarked] }] }, usual)
  expect(asked[0]!.headers).toMatchObject({
    ...{ 'user-agent': 'akashic-load-test', 'x-akashic-load-test': 'run-1', accept: 'text/plain' },
  })
}, 20_000)

test('failures, checks and counters are told apart, and a value that nothing gave is a failure that is not sent', async () => {
  let count = 0
  answers = (_, answer) => {
    answer.statusCode = ++count % 2 === 0 ? 500 : 200
    answer.end(JSON.stringify({ ok: count % 4 === 1 }))
  }
  const { failed, requests, checks, counters, thresholds, verdict } = await run(`
metrics: { sales: counter }
scenarios:
  a:
    executor: shared-iterations
    vus: 1
    iterations: 8
    steps:
      - request: { url: /buy }
        checks: [{ name: sold, json: { pointer: /ok, equals: 'true' } }]
        count: { sales: 2 }
  b: { executor: per-vu-iterations, vus: 1, iterations: 1, startTime: 300ms, steps: [{ request: { url: '/{{ vars.nothing }}' } }] }
thresholds: { sales: ['count==4'], http_req_failed: ['rate<0.1'], 'http_req_duration{expected_response:true}': ['p(95)<1000'], 'http_req_duration{name:nobody}': ['avg<1'] }
`)
  expect({ requests, failed, verdict }).toEqual({ requests: 9, failed: 5, verdict: 'failed' })
  expect(asked).toHaveLength(8)
  expect(checks).toEqual([{ scenario: 'a', name: 'sold', passed: 2, failed: 6 }])
  expect(counters).toMatchObject({ sales: { count: 4 } })
  expect(thresholds.map(({ outcome }) => outcome)).toEqual(['passed', 'failed', 'passed', 'unknown'])
}, 20_000)

test('an iteration for which no user is free is dropped and counted', async () => {
  answers = later(1_000)
  const { iterations, dropped, verdict } = await run(
    `scenarios: { a: { executor: constant-arrival-rate, rate: 50, duration: 1s, maxVus: 10, ${ping} } }\nthresholds: { dropped_iterations: ['count==0'] }`,
  )
  expect({ sum: iterations + dropped, iterations, verdict }).toEqual({ sum: 50, iterations: 10, verdict: 'failed' })
}, 20_000)

test('a server that cannot be reached is a failure, and so is one that does not answer in time', async () => {
  answers = () => undefined
  const slow = await run(
    `scenarios: { a: { executor: per-vu-iterations, vus: 1, iterations: 1, steps: [{ request: { url: /, timeout: 200ms } }] } }`,
  )
  expect(slow).toMatchObject({ requests: 1, failed: 1 })
  baseUrl = 'http://127.0.0.1:1'
  expect(await run(`scenarios: { a: { executor: per-vu-iterations, vus: 2, iterations: 3, ${ping} } }`)).toMatchObject({
    requests: 6,
    failed: 6,
  })
}, 20_000)

test('it is aborted within a second, whatever is under way, and nothing is said of its thresholds', async () => {
  answers = (one, answer) => (one.path === '/hang' ? undefined : later(10)(one, answer))
  const abort = new AbortController()
  let abortedAt = Number.POSITIVE_INFINITY
  abort.signal.addEventListener('abort', () => (abortedAt = performance.now()))
  const { verdict, endedEarly, failed } = await run(
    `scenarios:
  hanging: { executor: constant-vus, vus: 20, duration: 1m, steps: [{ request: { url: /hang } }, { think: 10s }] }
  busy: { executor: constant-vus, vus: 10, duration: 1m, ${ping} }`,
    { signal: abort.signal, onProgress: () => asked.length > 20 && abort.abort() },
  )
  expect({ verdict, endedEarly, failed }).toEqual({ verdict: 'aborted', endedEarly: 'aborted', failed: 0 })
  expect(asked.filter(({ atMs }) => atMs > abortedAt + 1_000)).toEqual([])
}, 20_000)

test('what the end of its scenario cuts short has failed, and its iterations are counted', async () => {
  answers = (one, answer) => (asked.length <= 25 ? later(50)(one, answer) : undefined)
  const { requests, failed, iterations, interrupted, verdict, latency, thresholds } = await run(`
scenarios: { a: { executor: constant-vus, vus: 5, duration: 5s, gracefulStop: 500ms, ${ping} } }
thresholds: { http_req_failed: ['rate<0.01'], 'http_reqs{error:cut_short}': ['count==5'], interrupted_iterations: ['count==5'] }
`)
  expect({ requests, failed, iterations, interrupted, verdict }).toEqual({
    ...{ requests: 30, failed: 5, iterations: 25, interrupted: 5, verdict: 'failed' },
  })
  expect(latency!.maxMs).toBeGreaterThan(500)
  expect(thresholds.map(({ outcome }) => outcome)).toEqual(['failed', 'passed', 'passed'])
}, 20_000)

test('limits end it: of requests exactly, of time', async () => {
  const many = await run(
    `limits: { maxRequests: 25 }\nscenarios: { a: { executor: constant-vus, vus: 4, duration: 1m, ${ping} } }`,
  )
  expect(many).toMatchObject({ requests: 25, verdict: 'aborted', endedEarly: 'max_requests' })
  expect(asked).toHaveLength(25)
  answers = later(10)
  const long = await run(
    `limits: { maxDuration: 1s }\nscenarios: { a: { executor: constant-vus, vus: 2, duration: 1m, ${ping} } }`,
  )
  expect(long).toMatchObject({ verdict: 'aborted', endedEarly: 'max_duration' })
}, 20_000)

test('a threshold that is to abort does, once its delay is over', async () => {
  answers = (_, answer) => void setTimeout(() => (answer.statusCode = 500) && answer.end('{}'), 10)
  const result = await run(`
scenarios: { a: { executor: constant-vus, vus: 2, duration: 1m, ${ping} } }
thresholds: { http_req_failed: [{ threshold: 'rate<0.5', abortOnFail: true, delayAbortEval: 1500ms }] }
`)
  expect(result).toMatchObject({
    verdict: 'failed',
    endedEarly: 'threshold',
    thresholds: [{ outcome: 'failed', value: 1 }],
  })
  expect(result.elapsedMs).toBeGreaterThan(1_500)
  expect(result.elapsedMs).toBeLessThan(10_000)
}, 20_000)

test('only the origins that are allowed are loaded, and no address that is forbidden', async () => {
  const scenario = `scenarios: { a: { executor: per-vu-iterations, vus: 1, iterations: 1, ${ping} } }`
  await expect(run(scenario, { allowedOrigins: ['http://127.0.0.1:9'] })).rejects.toThrow('is not among the origins')
  await expect(run(scenario, { allowedOrigins: [baseUrl] })).resolves.toMatchObject({ requests: 1 })
  baseUrl = 'http://169.254.169.254'
  await expect(run(scenario)).rejects.toThrow(/169\.254/)
}, 20_000)

test('an address that an answer gives is held against the same origins', async () => {
  answers = ({ path }, answer) =>
    void answer.end(JSON.stringify({ next: path === '/' ? 'http://127.0.0.1:9/steal' : '' }))
  const { failed, requests } = await run(`
scenarios:
  a:
    executor: per-vu-iterations
    vus: 1
    iterations: 1
    steps:
      - request: { url: / }
        extract: { next: { json: /next } }
      - request: { url: '{{ vars.next }}' }
`)
  expect({ requests, failed }).toEqual({ requests: 2, failed: 1 })
}, 20_000)

/** Where a test ends that nobody can abort. */
const mostRequests = 1_000_000

test('requests that can never be sent keep nobody from aborting it', async () => {
  const abort = new AbortController()
  const { verdict, failed } = await run(
    `scenarios: { a: { executor: constant-vus, vus: 2, duration: 1m, steps: [{ request: { url: /, headers: { x-name: Łukasz } } }] } }`,
    { signal: abort.signal, onProgress: () => abort.abort() },
  )
  expect(verdict).toBe('aborted')
  expect(failed).toBeGreaterThan(0)
  expect(failed).toBeLessThan(mostRequests)
}, 20_000)
