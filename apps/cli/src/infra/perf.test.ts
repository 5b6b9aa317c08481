import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type FakeServer } from '../testing/fake-server.ts'
import type { ComponentSummary, PerformanceFinding, PerformanceReport } from './perf-report.ts'

const aComponent = (partial: Partial<ComponentSummary> = {}): ComponentSummary => ({
  ...{ component: 'shop', status: 'healthy', rate: { perSecond: 12.345, source: 'prometheus' } },
  ...{ errors: { ratio: 0, source: 'prometheus' }, duration: { p95Ms: 320, isAtLeast: false, source: 'prometheus' } },
  resources: [
    { resource: 'cpu', utilisation: 0.4, saturation: null, errors: null },
    { resource: 'memory', utilisation: 0.93, saturation: null, errors: 2 },
  ],
  ...partial,
})
const aFinding = (partial: Partial<PerformanceFinding> = {}): PerformanceFinding => ({
  ...{ component: 'shop', rule: 'perf-slow-response', severity: 'warning', reason: 'SlowResponse', evidence: [] },
  ...{ object: { kind: 'Component', namespace: '', name: 'shop' }, summary: 'The 95th percentile is 3.2 s.' },
  remedies: [
    {
      ...{ title: 'See why', command: 'akashic why --component shop', changes: 'nothing', undo: null },
      isDestructive: false,
    },
  ],
  ...partial,
})
const aReport = (components: readonly ComponentSummary[], partial: Partial<PerformanceReport> = {}) => ({
  window: { from: '2026-11-20T11:00:00.000Z', to: '2026-11-20T12:00:00.000Z' },
  summary: { status: components[0]!.status, says: 'all 1 components perform well', components, deploys: [] },
  ...{ findings: [], recommendations: [], unknown: [] },
  detailedMetrics: {
    responseTimeMetrics: components.map(({ component }) => ({
      ...{ component, source: 'prometheus' },
      comparisons: [
        { to: 'last_week', now: 320, then: 310, times: 1.03, unknown: null },
        { to: 'before_deploy', now: 320, then: 100, times: 3.2, unknown: null },
      ],
    })),
  },
  ...partial,
})

let server: FakeServer
const answers: Record<string, unknown> = {}
const path = 'GET /api/v1/infra/performance/report'
beforeEach(async () => {
  for (const name of Object.keys(answers)) delete answers[name]
  server = await startFakeServer(answers)
})
afterEach(() => server.stop())
const perf = (columns: number, ...argv: readonly string[]) =>
  akashic(['perf', 'report', ...argv], {
    columns,
    env: { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test', NO_COLOR: '1' },
  })

test('the verdict comes first, then each component with what it does against before', async () => {
  answers[path] = aReport([aComponent()])
  const { code, stdout } = await perf(120)
  expect(code).toBe(0)
  expect(stdout.split('\n')[0]).toBe('● All 1 components perform well')
  expect(stdout).toMatch(/● shop +320 ms +same +3\.2x +0 % +12\.3\/s +40 % +93 % +its users/)
})

test('what is wrong stands above, with what to do as commands; what is worth knowing without', async () => {
  const note = aFinding({ severity: 'info', summary: 'It is slower than last week.' })
  const runbooks = [{ id: 'slow-responses', title: 'Responses are slow' }]
  answers[path] = aReport([aComponent({ status: 'warning' })], {
    ...{ findings: [aFinding(), note], recommendations: [{ runbooks }] },
  })
  const { code, stdout } = await perf(100)
  expect(code).toBe(3)
  expect(stdout.indexOf('percentile is 3.2 s')).toBeLessThan(stdout.indexOf('slower than last week'))
  expect(stdout.match(/akashic why --component shop/g)).toHaveLength(1)
  expect(stdout).toContain('Responses are slow (slow-responses)')
})

test('what was not measured is no number, is told once for all that lack it, and ends with 5', async () => {
  const bare = { status: 'unknown', rate: null, errors: null, duration: null, resources: [] } as const
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const unknown = names.map((component) => ({
    ...{ component, what: 'CPU', reason: 'nobody asked', howToGet: 'Set targets.kubernetes' },
  }))
  answers[path] = aReport(
    names.map((component) => aComponent({ component, ...bare })),
    { unknown },
  )
  const { code, stdout } = await perf(100)
  expect(code).toBe(5)
  expect(stdout).toMatch(/\? a +– +– +– +– +– +– +–/)
  expect(stdout.match(/\? Unknown of/g)).toHaveLength(1)
  expect(stdout).toContain('? Unknown of a, b, c, d and 2 more: CPU (nobody asked)')
  expect(stdout).toContain('to get it: Set targets.kubernetes')
})

test('one that lies above the highest bucket is told as more than it', async () => {
  const duration = { p95Ms: 5_000, isAtLeast: true, source: 'prometheus' }
  answers[path] = aReport([aComponent({ duration })])
  expect((await perf(120)).stdout).toMatch(/shop +> 5\.00 s/)
})

test('it fits a narrow terminal', async () => {
  answers[path] = aReport([aComponent({ component: 'a-component-with-a-long-name' })], { findings: [aFinding()] })
  const { stdout } = await perf(60)
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60)
})

test('one component is asked for by its id, and the report is there as JSON', async () => {
  answers[`${path}?component=shop`] = aReport([aComponent()])
  const { stdout } = await perf(100, '--component', 'shop', '--json')
  expect((JSON.parse(stdout) as PerformanceReport).summary.components).toHaveLength(1)
})
