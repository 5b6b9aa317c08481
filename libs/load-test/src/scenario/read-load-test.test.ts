import { ConfigError, formatProblem } from '@akashic/shared/config'
import { readLoadTest } from './read-load-test.ts'

const read = (text: string, files: Readonly<Record<string, string>> = {}) =>
  readLoadTest({
    ...{ file: 'load.yaml', text, env: { TOKEN: 'abc' } },
    readData: async (name) => {
      if (files[name] === undefined) throw new Error('there is no such file')
      return files[name]
    },
  })

const problemsOf = async (text: string, files?: Readonly<Record<string, string>>) => {
  const error = await read(text, files).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ConfigError)
  return (error as ConfigError).problems.map(formatProblem)
}

const smallest =
  'baseUrl: http://127.0.0.1:1\nscenarios:\n  a: { executor: per-vu-iterations, vus: 1, iterations: 1, steps: [{ request: { url: / } }] }\n'

test('what is left out has a default, and durations are milliseconds', async () => {
  const test = await read(smallest)
  expect(test).toMatchObject({
    limits: { maxRequests: 1_000_000, maxDurationMs: 3_600_000 },
    scenarios: [
      {
        ...{ name: 'a', startTimeMs: 0, gracefulStopMs: 30_000 },
        steps: [{ name: 'GET /', method: 'GET', timeoutMs: 30_000, expectedStatus: null, body: null }],
      },
    ],
  })
})

test('all six executors are read', async () => {
  const steps = 'steps: [{ think: 1s }]'
  const { scenarios } = await read(`baseUrl: http://127.0.0.1:1
scenarios:
  a: { executor: constant-vus, vus: 2, duration: 1m, ${steps} }
  b: { executor: ramping-vus, stages: [{ duration: 1m30s, target: 5 }], ${steps} }
  c: { executor: constant-arrival-rate, rate: 5, duration: 10s, ${steps} }
  d: { executor: ramping-arrival-rate, startRate: 1, timeUnit: 1m, maxVus: 3, stages: [{ duration: 10s, target: 5 }], ${steps} }
  e: { executor: per-vu-iterations, vus: 2, iterations: 7, ${steps} }
  f: { executor: shared-iterations, vus: 2, iterations: 7, maxDuration: 5s, ${steps} }
`)
  expect(scenarios.map(({ executor }) => executor)).toEqual([
    { kind: 'constant-vus', vus: 2, durationMs: 60_000 },
    { kind: 'ramping-vus', startVus: 0, stages: [{ durationMs: 90_000, target: 5 }] },
    { kind: 'constant-arrival-rate', rate: 5, durationMs: 10_000, timeUnitMs: 1_000, maxVus: 1_000 },
    {
      kind: 'ramping-arrival-rate',
      startRate: 1,
      stages: [{ durationMs: 10_000, target: 5 }],
      timeUnitMs: 60_000,
      maxVus: 3,
    },
    { kind: 'per-vu-iterations', vus: 2, iterations: 7, maxDurationMs: 600_000 },
    { kind: 'shared-iterations', vus: 2, iterations: 7, maxDurationMs: 5_000 },
  ])
})

test('variables of the environment, JSON bodies and data files are read', async () => {
  const test = await read(
    `baseUrl: http://127.0.0.1:1
data: { users: { file: users.csv, order: random } }
scenarios:
  a:
    executor: per-vu-iterations
    vus: 1
    iterations: 1
    steps:
      - request: { method: POST, url: /, headers: { authorization: 'Bearer \${TOKEN}' }, json: { email: '{{ data.users.email }}', n: 1 } }
`,
    { 'users.csv': 'email,name\n"a,b@x",Ada\nc@x,"Grace ""H"""\n' },
  )
  expect(test.data['users']).toEqual({
    order: 'random',
    rows: [
      { email: 'a,b@x', name: 'Ada' },
      { email: 'c@x', name: 'Grace "H"' },
    ],
  })
  expect(test.scenarios[0]!.steps[0]).toMatchObject({
    headers: { authorization: 'Bearer abc', 'content-type': 'application/json' },
    body: '{"email":"{{ data.users.email }}","n":1}',
    isJson: true,
  })
})

test('every mistake is told at once, each with its line', async () => {
  const problems = await problemsOf(`baseUrl: ftp://nowhere
metrics: { sales: counter }
scenarios:
  a:
    executor: constant-vus
    vus: 0
    duration: soon
    steps:
      - request: { url: '/{{ what }}', json: 1, body: x }
        checks: [{}]
        count: { salse: 1 }
      - think: { min: 5s, max: 1s }
  b: { executor: constant-arrivals, steps: [] }
thresholds:
  http_req_duration: ['p(95)<500', 'rate<1']
  nobody: ['count>1']
  'sales{x': ['count>1']
surprise: 1
`)
  const lines = problems.map((problem) => Number(/:(\d+)/.exec(problem)![1]))
  expect(new Set(lines)).toEqual(new Set([1, 6, 7, 9, 10, 12, 13, 15, 16, 17, 18]))
  expect(problems.join('\n')).toContain('surprise')
})

test('a threshold that is wrong is told with its line beside whatever else is wrong, also about thresholds and metrics', async () => {
  const problems = await problemsOf(`${smallest}metrics: { sales: countre }
thresholds:
  http_req_failed: ['rate>10']
  sales: ['count>1', 'p(95)<1', 7, { threshold: 'med<1' }]
  dropped_iterations: 3
  nobody: ['count>1']
`)
  const at = (line: number, where: string) => expect.stringMatching(`load\\.yaml:${line} ${where}`)
  expect(problems.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))).toEqual([
    at(4, 'metrics.sales: '),
    at(6, 'thresholds.http_req_failed.*: a rate is a share'),
    ...['1.*: a counter has count, rate, not p', '2', '3.*: a counter has count, rate, not med'].map((index) =>
      at(7, `thresholds.sales.${index}`),
    ),
    at(8, 'thresholds.dropped_iterations: '),
    at(9, 'thresholds.nobody.*: there is no metric nobody'),
  ])
})

test.each([['thresholds: 3'], ['thresholds: [a]'], ['metrics: 3'], ['- 1'], ['3'], ['']])(
  'what is not a test at all is an error too: %s',
  async (text) => {
    expect((await problemsOf(text)).length).toBeGreaterThan(0)
  },
)

test.each(['Host', 'user-agent', 'X-Akashic-Load-Test'])('the header %s is not for a test to set', async (header) => {
  const problems = await problemsOf(`baseUrl: http://127.0.0.1:1
scenarios:
  a:
    executor: per-vu-iterations
    vus: 1
    iterations: 1
    steps:
      - request:
          url: /
          headers:
            accept: text/plain
            ${header}: shop.example
`)
  expect(problems).toEqual([expect.stringMatching(/load\.yaml:12 .*is set by the load test itself/)])
})

test('what only shows once the form is right is told with its line too', async () => {
  const problems = await problemsOf(
    `${smallest}data: { users: { file: users.csv }, gone: { file: gone.csv } }
thresholds:
  http_req_duration: ['p(95)<500', { threshold: 'rate<1', abortOnFail: true }]
  nobody: ['count>1']
`,
    { 'users.csv': 'email\n' },
  )
  expect(problems).toEqual(
    [
      'load.yaml:6 thresholds.http_req_duration[1].threshold: a trend has avg, min, max, med, p(N), not rate',
      'load.yaml:7 thresholds.nobody: there is no metric nobody; name its own under `metrics`',
    ].map((problem) => expect.stringContaining(problem.split(': ')[1]!)),
  )
  const data = await problemsOf(`${smallest}data: { users: { file: users.csv }, gone: { file: gone.csv } }\n`, {
    'users.csv': 'email\n',
  })
  expect(data).toEqual([
    expect.stringMatching(/load\.yaml:4 data\.users\.file: has no rows/),
    expect.stringMatching(/load\.yaml:4 data\.gone\.file: there is no such file/),
  ])
})
