import { configSchema, type ConfigInput } from '@akashic/config'
import type { MeasuredChecks, MeasureChecksRequest } from '@akashic/proto'
import { migrate } from '@akashic/shared/migrations'
import { sql } from '@akashic/shared/postgres'
import {
  describeReal,
  eventually,
  startPrometheus,
  testDatabase,
  type PrometheusServer,
  type TestDatabase,
} from '@akashic/testbed'
import { pino } from 'pino'
import type { FollowedCluster } from '../cluster/clusters.ts'
import type { KnownComponent } from '../component/known-components.ts'
import type { WatchedDatabase } from '../database/databases.ts'
import { migrations } from '../module.ts'
import { readRunbooks } from '../runbook/read-runbooks.ts'
import type { Runbook } from '../runbook/runbook.ts'
import { aView } from '../testing/a-look.ts'
import { showPerformance, type PerformanceDeps } from './show-performance.ts'
import { weekMs } from './spans.ts'
import { noon } from './testing/builders.ts'
import { startMeasuredServer, type MeasuredServer } from './testing/measured-server.ts'

const minuteMs = 60_000
const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const target = { ...workload, cluster: 'main' }
const components: readonly KnownComponent[] = [
  { id: 'shop', dependsOn: [], targets: { aiProviders: [], kubernetes: target, url: 'https://shop.example/' } },
  { id: 'till', dependsOn: [], targets: { aiProviders: [], database: 'orders' } },
]
const fast = Array.from({ length: 400 }, () => 0.05)
const slow = Array.from({ length: 100 }, () => 4)

/** A status service whose checks took as long as a test says. */
function someStatus(ran: Partial<MeasuredChecks> | Error = {}) {
  const asked: MeasureChecksRequest[] = []
  const figures = { runs: 60, measured: 60, failed: 0, timed: 60, p50Ms: 20, p95Ms: 60, meanMs: 30, maxMs: 90 }
  return {
    asked,
    measureChecks: async (request: MeasureChecksRequest) => {
      asked.push(request)
      if (ran instanceof Error) throw ran
      return { components: request.componentIds.map((componentId) => ({ componentId, ...figures, ...ran })) }
    },
  }
}

describeReal('prometheus', () => {
  let own: TestDatabase
  let server: MeasuredServer
  let real: PrometheusServer
  let runbooks: readonly Runbook[]
  let deployedAt: number
  beforeAll(async () => {
    own = await testDatabase()
    await migrate(own.url, { ...migrations, log: pino({ level: 'silent' }) })
    runbooks = await readRunbooks(null, () => undefined)
    server = await startMeasuredServer()
    real = await startPrometheus({ scrape: [{ job: 'app', targets: [server.target] }], scrapeIntervalMs: 250 })
    const scraped = async () => {
      const before = server.scrapes()
      await eventually(() => expect(server.scrapes()).toBeGreaterThan(before + 2), 10_000)
    }
    server.begin('shop', ['200', '500'])
    await scraped()
    server.took('shop', fast)
    await scraped()
    deployedAt = Date.now()
    await scraped()
    server.took('shop', fast.slice(0, 100))
    server.took('shop', slow)
    server.took('shop', slow, '500')
    await scraped()
  }, 90_000)
  beforeEach(() => own.db.query(sql`TRUNCATE infra.change, infra.database_sample, infra.load_test`))
  afterAll(async () => {
    await real?.stop()
    server?.close()
    await own?.close()
  })

  const deploy = () =>
    own.db.query(sql`
      INSERT INTO infra.change (id, cluster, namespace, at, change)
      VALUES ('c1', 'main', 'shop', ${new Date(deployedAt)},
              ${sql.json({ kind: 'rollout', object: workload, at: deployedAt, fields: [{ path: 'image' }] })})`)
  /** What the database counted over the window until then. */
  async function sampled(untilMs: number, calls: number, meanMs: number): Promise<void> {
    const counted = [
      { at: untilMs - 15 * minuteMs, calls: 100, totalMs: 1_000 },
      { at: untilMs, calls: 100 + calls, totalMs: 1_000 + calls * meanMs },
    ]
    for (const { at, ...statement } of counted) {
      const sample = { kind: 'postgres', resetAt: null, statements: [{ id: '42', ...statement }] }
      await own.db.query(sql`
        INSERT INTO infra.database_sample (database, at, sample) VALUES ('orders', ${new Date(at)}, ${sql.json(sample)})`)
    }
  }
  interface How {
    readonly nowMs?: number
    readonly status?: ReturnType<typeof someStatus>
    readonly performance?: NonNullable<NonNullable<ConfigInput['infra']>['performance']>
    readonly resultsKept?: number
    readonly component?: string
    readonly scope?: readonly string[]
  }
  const histograms = [
    {
      component: 'shop',
      histogram: 'http_request_duration_seconds',
      matching: 'job_name="shop"',
      failed: 'code=~"5.."',
    },
  ]
  async function show(how: How = {}) {
    const { nowMs = deployedAt + 10 * minuteMs, status = someStatus() } = how
    const performance = how.performance ?? { prometheus: { url: real.url }, histograms }
    const config = configSchema.parse({
      components: components.map(({ id }) => ({ id, name: id })),
      infra: { performance: { window: '15m', ...performance } },
    })
    const main = { name: 'main', model: aView('', 'main'), client: {} } as unknown as FollowedCluster
    const orders = {
      spec: { name: 'orders', url: 'postgres://db/orders', readyWithin: 1 },
      engine: { kind: 'postgres' },
    } as unknown as WatchedDatabase
    const deps: PerformanceDeps = {
      ...{ db: own.db, clock: { now: () => nowMs }, status, components: async () => components },
      ...{ clusters: { all: () => [main] }, databases: { all: () => [orders] }, runbooks: () => runbooks },
      settings: () => config.infra.performance,
      resultsKept: () => how.resultsKept ?? 30 * 86_400_000,
      outbound: () => ({ allowHosts: [] }),
    }
    return showPerformance(deps, how.component ?? '', {
      id: 'p1',
      name: 'Ada',
      kind: 'person',
      role: 'viewer',
      ...(how.scope && { scope: how.scope }),
    })
  }
  const metricOf = <Metric extends { readonly component: string; readonly source: string }>(
    metrics: readonly Metric[],
    component: string,
    source: string,
  ) => metrics.find((each) => each.component === component && each.source === source)!

  test('a component that is slow since its deploy is told, with how it was before', async () => {
    await deploy()
    const report = await show()
    const shop = metricOf(report.detailedMetrics.responseTimeMetrics, 'shop', 'prometheus')
    const before = shop.comparisons.find(({ to }) => to === 'before_deploy')!
    expect(before.then).toBeLessThanOrEqual(100)
    expect(before.now).toBeGreaterThan(2_500)
    expect(before.times).toBeGreaterThan(20)
    expect(report.findings.filter(({ component }) => component === 'shop')).toMatchObject([
      { rule: 'perf-slow-response', severity: 'warning' },
      { rule: 'perf-errors', severity: 'warning' },
      {
        ...{ rule: 'perf-slower', part: 'before_deploy:prometheus' },
        remedies: [{ command: 'akashic rollout diff deployment/web -n shop' }],
      },
    ])
    expect(report.summary.says).toBe('1 of 2 components perform badly, 1 of 2 were not measured whole')
    expect(report.summary.components[0]).toMatchObject({
      ...{ component: 'shop', status: 'warning', duration: { source: 'prometheus', method: 'classic histogram' } },
      errors: { source: 'prometheus', ratio: expect.closeTo(1 / 7, 2) as number },
    })
    const errors = metricOf(report.detailedMetrics.errorMetrics, 'shop', 'prometheus')
    expect(errors.comparisons.find(({ to }) => to === 'before_deploy')).toMatchObject({ then: 0 })
    expect(report.recommendations[0]).toMatchObject({ component: 'shop', isDestructive: false })
    expect(report.recommendations.flatMap(({ runbooks: matched }) => matched.map(({ id }) => id))).toContain(
      'slow-responses',
    )
  }, 30_000)

  test('the same hour of last week is asked of Prometheus and of the checks', async () => {
    const status = someStatus()
    const report = await show({ nowMs: deployedAt + weekMs + 5 * minuteMs, status })
    const shop = metricOf(report.detailedMetrics.responseTimeMetrics, 'shop', 'prometheus')
    expect(shop.p95Ms).toBeNull()
    expect(shop.comparisons.find(({ to }) => to === 'last_week')!.then).toBeGreaterThan(1_000)
    expect(status.asked.map(({ fromMs }) => fromMs)).toContain(deployedAt + 5 * minuteMs - 15 * minuteMs)
  }, 30_000)

  test('what was not measured is unknown, with why and how to get it, and nobody is well for it', async () => {
    const report = await show({ performance: {}, status: someStatus(new Error('away')) })
    expect(report.summary.components).toMatchObject([
      { component: 'shop', status: 'unknown', rate: null, errors: null, duration: null },
      { component: 'till', status: 'unknown' },
    ])
    const reasons = report.unknown.map(({ component, reason }) => `${component}: ${reason}`)
    expect(reasons).toContain('shop: the status service does not answer')
    expect(reasons).toContain('shop: there is no Deployment shop/web in cluster main')
    expect(reasons).toContain('till: it is not known what runs it')
    expect(reasons).toContain('till: there is no sample of it from the last five minutes')
    const { comparisons } = metricOf(report.detailedMetrics.responseTimeMetrics, 'till', 'checks')
    expect(comparisons.map(({ unknown }) => unknown)).toEqual([
      'the status service does not answer',
      'it is not known what runs it: targets.kubernetes',
    ])
  }, 30_000)

  test('results of checks that are kept no longer are not taken for checks that did not run', async () => {
    const report = await show({ resultsKept: 7 * 86_400_000 })
    const { comparisons } = metricOf(report.detailedMetrics.responseTimeMetrics, 'till', 'checks')
    expect(comparisons[0]).toMatchObject({ then: null, unknown: 'single results of that time are kept no longer' })
  }, 30_000)

  test('a component that is measured and well is healthy, by what measures it', async () => {
    await sampled(noon, 20, 5)
    const till = { nowMs: noon, status: someStatus({ failed: 1 }), performance: {}, component: 'till' }
    const report = await show(till)
    expect(report.summary.components).toMatchObject([
      {
        ...{ component: 'till', status: 'healthy', rate: null, errors: { source: 'checks', ratio: 1 / 60 } },
        duration: { p95Ms: 60, source: 'checks', method: 'exact samples' },
      },
    ])
    expect(report.detailedMetrics.throughputMetrics).toEqual([])
    const untimed = someStatus({ timed: 0, p50Ms: undefined, p95Ms: undefined, meanMs: undefined })
    expect((await show({ ...till, status: untimed })).summary.components).toMatchObject([
      { status: 'unknown', errors: { ratio: 0 }, duration: null },
    ])
    await own.db.query(sql`TRUNCATE infra.database_sample`)
    expect((await show(till)).summary.components).toMatchObject([{ status: 'unknown' }])
  })

  test('statements of its database that take more than a second are among what is wrong with it', async () => {
    await sampled(noon, 20, 2_000)
    const report = await show({ nowMs: noon, performance: {}, component: 'till' })
    expect(report.findings).toMatchObject([{ component: 'till', rule: 'perf-slow-statement', object: { name: '42' } }])
    expect(report.findings[0]!.summary).toContain('takes 2 s on average, 20 times')
  })

  test('queries say what a resource is used, and what waits for it; one that is wrong costs the others nothing', async () => {
    const about = { component: 'till', resource: 'disk' }
    const queries = [
      { ...about, name: 'disk-used', measures: 'utilisation', query: 'vector(0.95)' },
      { ...about, name: 'disk-queue', measures: 'saturation', query: 'vector(7)' },
      { ...about, name: 'disk-bad', measures: 'resource_errors', query: 'nothing_there' },
      { ...about, name: 'rate', measures: 'throughput', query: 'vector(12)' },
      { ...about, name: 'failed', measures: 'errors', query: 'vector(3)' },
      { ...about, name: 'gone', measures: 'throughput', query: 'nothing_there' },
    ] as const
    const report = await show({
      performance: { prometheus: { url: real.url }, queries: [...queries] },
      component: 'till',
    })
    expect(report.summary.components).toMatchObject([
      {
        ...{ status: 'warning', rate: { perSecond: 12, source: 'query rate' } },
        errors: { ratio: 0.25, source: 'query failed' },
        resources: [{ resource: 'disk', utilisation: 0.95, saturation: 7, errors: null }],
      },
    ])
    expect(report.findings).toMatchObject([
      { rule: 'perf-errors', summary: '25 % of requests fail by query failed; the limit is 5 %.' },
      { rule: 'perf-resource-used-up', part: 'disk:disk-used' },
    ])
    for (const name of ['disk-bad', 'gone']) {
      expect(report.unknown).toContainEqual({
        ...{ component: 'till', what: `query ${name}`, reason: 'the query gives no value', howToGet: null },
      })
    }
  }, 30_000)

  test('a Prometheus that is away costs what it alone knows', async () => {
    const report = await show({ performance: { prometheus: { url: 'http://127.0.0.1:1' }, histograms } })
    expect(metricOf(report.detailedMetrics.responseTimeMetrics, 'shop', 'checks').p95Ms).toBe(60)
    expect(report.unknown.map(({ reason }) => reason)).toContain('Prometheus cannot be reached: ECONNREFUSED')
  })

  test('checks alone do not make a component healthy whose histogram cannot be read', async () => {
    await sampled(noon, 20, 5)
    const till = [{ ...histograms[0]!, component: 'till' }]
    const away = { prometheus: { url: 'http://127.0.0.1:1' }, histograms: till }
    const report = await show({ nowMs: noon, performance: away, component: 'till' })
    expect(report.summary.components).toMatchObject([{ status: 'unknown', duration: { source: 'checks' } }])
  })

  test('who may see some components is told of these alone', async () => {
    const report = await show({ performance: {}, scope: ['till'] })
    expect(report.summary.components.map(({ component }) => component)).toEqual(['till'])
    await expect(show({ performance: {}, scope: ['till'], component: 'shop' })).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test('a component that there is not is not found', async () => {
    await expect(show({ component: 'nobody' })).rejects.toMatchObject({ code: 'not_found' })
  })
})
