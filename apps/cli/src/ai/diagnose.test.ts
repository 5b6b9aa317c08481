import { aFailingProvider, after, aProvider, lookedAt, noQuality, unknownLimits } from '../testing/ai-builders.ts'
import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type FakeServer } from '../testing/fake-server.ts'
import type { Circuit, HealthReport, Provider } from './health-report.ts'

let server: FakeServer
let env: Record<string, string>
const answers: Record<string, unknown> = {}
beforeEach(async () => {
  server = await startFakeServer(answers)
  env = { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
})
afterEach(async () => server.stop())

function answer(overall: HealthReport['overall'], providers: readonly Provider[], recommendations: string[] = []) {
  const { name: _name, kind: _kind, priority: _priority, circuits: _circuits, ...measures } = aProvider()
  const report: HealthReport = { ...measures, overall, providers, recommendations, generatedAt: lookedAt }
  answers['GET /api/v1/ai/health'] = report
  return report
}
const diagnose = (...argv: readonly string[]) => akashic(['ai', 'diagnose', ...argv], { env })

const aCircuit = (partial: Partial<Circuit> = {}): Circuit => ({
  ...{ provider: 'openai', model: 'gpt-4o', state: 'open', reason: 'overloaded', failures: 5, successes: 2 },
  ...{ openedAt: after(-120), nextTrialAt: after(21), coolingUntil: null, openedCount: 1 },
  ...partial,
})

test('the verdict comes first, then the providers worst first, then what to do', async () => {
  answer(
    'degraded',
    [
      aProvider(),
      aProvider({ name: 'llama', overall: 'unknown' }),
      aFailingProvider('anthropic', 'quota_exhausted', 'The credit is used up.'),
      aProvider({ name: 'azure', overall: 'degraded' }),
    ],
    ['anthropic: add credit.'],
  )
  const { stdout, code } = await diagnose()
  expect(code).toBe(3)
  expect(stdout).toMatch(/^✖ 1 of 4 AI providers cannot be used, 1 is degraded, 1 is not known, 10:00 UTC\n/)
  const order = ['✖ failed  anthropic', '▲ degraded  azure', '? unknown  llama', '● healthy  openai']
  expect(stdout.match(/^[✖▲?●] \w+ {2}\w+$/gm)).toEqual(order)
  expect(stdout).toContain('Recommended:\n  - anthropic: add credit.\n\nNext:\n  akashic ai diagnose --refresh\n')
})

test('billing, credentials, overload, rate limit and network are told apart in words', async () => {
  const classes = ['quota_exhausted', 'bad_credentials', 'overloaded', 'rate_limit_exceeded', 'api_connection_failed']
  answer(
    'failed',
    classes.map((name) => aFailingProvider(name.replaceAll('_', '-'), name, `Said of ${name}.`)),
  )
  const { stdout, code } = await diagnose()
  expect(code).toBe(4)
  expect(stdout).toMatch(/^✖ 5 of 5 AI providers cannot be used, /)
  expect(stdout.match(/^ {2}.*: Said of .*$/gm)).toEqual([
    '  billing: Said of quota_exhausted.',
    '  credentials: Said of bad_credentials.',
    '  overload: Said of overloaded.',
    '  rate limit: Said of rate_limit_exceeded.',
    '  network or server: Said of api_connection_failed.',
  ])
  expect(stdout).toContain('  no answer, checked 5 s ago')
})

test('limits have a bar, and say when they are reached at this rate', async () => {
  answer('healthy', [aProvider()])
  const { stdout, code } = await diagnose()
  expect(code).toBe(0)
  expect(stdout).toContain('● The AI provider is well')
  expect(stdout).toContain('  answered in 210 ms, lists 41 models, checked 12 s ago\n')
  expect(stdout).toContain('  requests/min  █████████░  480/500        limit in about 4 minutes\n')
  expect(stdout).toContain('  tokens/min    ████░░░░░░  30,123/90,000  all of it again in 20 s\n')
  expect(stdout).toContain('  quality 0.86, coherence 0.81, errors 2 %, of 100 answers\n')
  expect(stdout).not.toContain('Next:')
})

test('a limit is never drawn full before it is, and what was seen long ago says so', async () => {
  const { rateLimitStatus } = aProvider()
  const use = { limit: 1_000, resetTime: null }
  answer('healthy', [
    aProvider({
      rateLimitStatus: {
        ...{ ...rateLimitStatus, observedAt: after(-600) },
        requestsPerMinute: { ...use, used: 999, exhaustedInMs: 30_000 },
        tokensPerMinute: { ...use, used: 1_000, exhaustedInMs: 0 },
      },
    }),
  ])
  const { stdout } = await diagnose()
  expect(stdout).toContain('█████████░  999/1,000    limit in about 30 seconds')
  expect(stdout).toContain('██████████  1,000/1,000  limit reached now')
  expect(stdout).toContain('  limits as seen 10 min ago')
})

test('a circuit that is not closed tells why, since when, and when it is tried; closed ones are not shown', async () => {
  const circuits = [
    aCircuit({ coolingUntil: after(40) }),
    aCircuit({ model: 'gpt-4o-mini', state: 'half_open', reason: 'quality' }),
    aCircuit({ model: 'resting', state: 'closed', reason: null, coolingUntil: after(90) }),
    aCircuit({ model: 'fine', state: 'closed', reason: null, openedAt: null, coolingUntil: after(-1) }),
  ]
  answer('degraded', [aProvider({ overall: 'degraded', circuits })])
  const { stdout } = await diagnose()
  expect(stdout).toContain(
    '✖ gpt-4o: circuit open for overload since 09:58 UTC (5 of 7 failed); next trial in 21 s; ' +
      'it wants to be left alone for another 40 s\n',
  )
  expect(stdout).toContain('◐ gpt-4o-mini: circuit half open for falling quality since 09:58 UTC, on trial now\n')
  expect(stdout).toContain('◐ resting: it wants to be left alone for another 1 min\n')
  expect(stdout).not.toContain('fine')
})

test('missing models are named, and what was not measured is said to be so', async () => {
  const { apiConnectivity } = aProvider()
  const modelAvailability = [
    { model: 'o9', available: false },
    { model: 'gpt-4o', available: true },
    { model: 'o8', available: null },
  ]
  const bare = { ...apiConnectivity, status: 'unknown', latencyMs: null, modelsAvailable: null, lastChecked: null }
  answer('unknown', [
    aProvider({ name: 'azure', overall: 'degraded', modelAvailability }),
    aProvider({
      ...{ name: 'llama', overall: 'unknown', rateLimitStatus: unknownLimits, responseQuality: noQuality },
      apiConnectivity: bare as Provider['apiConnectivity'],
    }),
  ])
  const { stdout, code } = await diagnose()
  expect(code).toBe(5)
  expect(stdout).toContain('  models missing: o9\n')
  expect(stdout).toContain(
    '? unknown  llama\n  not checked yet\n  limits unknown: none were told, and none are configured\n' +
      '  quality not measured: no answer was judged\n',
  )
  answer('unknown', [])
  expect((await diagnose()).stdout).toMatch(/^\? Nobody knows: no AI provider is configured, /)
})

test('bad answers send whoever reads it to the quality of the answers', async () => {
  const responseQuality = { ...aProvider().responseQuality, status: 'degraded', coherenceScore: 0.6999 } as const
  answer('degraded', [aProvider({ overall: 'degraded', responseQuality })])
  const { stdout } = await diagnose()
  expect(stdout).toContain('coherence 0.69,')
  expect(stdout).toContain('  akashic ai quality\n')
})

test('with --refresh every provider is asked again, and with --json the report comes as the server gave it', async () => {
  const report = answer('failed', [aFailingProvider('openai', 'overloaded', 'Busy.')])
  const { stdout, stderr, code } = await diagnose('--refresh', '--json')
  expect(JSON.parse(stdout)).toEqual(report)
  expect(stderr).toBe('')
  expect(code).toBe(4)
  await diagnose()
  const paths = ['/api/v1/ai/health?refresh=true', '/api/v1/ai/health']
  expect(server.asked.map(({ path }) => path)).toEqual(paths)
})

test('on a terminal every line fits, colours tell the same as words, and without colours there are none', async () => {
  const message = 'Your credit balance is too low to access the API: go to Plans and Billing to buy more. '.repeat(2)
  answer(
    'degraded',
    [aFailingProvider('a', 'quota_exhausted', message), aProvider({ circuits: [aCircuit()] })],
    [message],
  )
  const plain = await akashic(['ai', 'diagnose'], { env: { ...env, NO_COLOR: '1' }, columns: 80 })
  for (const line of plain.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  expect(plain.stdout).not.toContain('\u001b')
  const coloured = await akashic(['ai', 'diagnose'], { env, columns: 80 })
  expect(coloured.stdout.replaceAll(/\u001b\[[\d;]*m/g, '')).toBe(plain.stdout)
  expect(coloured.stdout).toContain('\u001b[31m')
})

test('text that plays tricks on a terminal is taken out', async () => {
  answer('failed', [aFailingProvider('\u001b[2J', 'overloaded', '\u001b[31m')], ['\u001b[2J'])
  expect((await diagnose()).stdout).not.toContain('\u001b')
})
