import { configSchema, type ConfigInput } from '@akashic/config'
import { infraEvents } from '@akashic/events'
import type { MeasuredChecks, MeasureChecksRequest } from '@akashic/proto'
import { createOutbox } from '@akashic/shared/events'
import { migrate } from '@akashic/shared/migrations'
import { sql } from '@akashic/shared/postgres'
import { describeReal, startPrometheus, testDatabase, type PrometheusServer, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import type { FollowedCluster } from '../cluster/clusters.ts'
import type { KnownComponent } from '../component/known-components.ts'
import { listFindings } from '../finding/list-findings.ts'
import { migrations } from '../module.ts'
import { aView, now } from '../testing/a-look.ts'
import { keepPerformance } from './keep-performance.ts'

let own: TestDatabase
beforeAll(async () => {
  own = await testDatabase()
  await migrate(own.url, { ...migrations, log: pino({ level: 'silent' }) })
}, 60_000)
afterEach(() => own.db.query(sql`TRUNCATE infra.finding, infra.cluster_lease, infra.outbox`))
afterAll(() => own.close())

const minuteMs = 60_000
const target = { cluster: 'main', kind: 'Deployment', namespace: 'shop', name: 'web' } as const
const shop: KnownComponent = { id: 'shop', dependsOn: [], targets: { aiProviders: [], kubernetes: target } }

interface How {
  /** What the checks took, or that nobody tells. */
  readonly p95Ms?: number | Error
  readonly performance?: NonNullable<NonNullable<ConfigInput['infra']>['performance']>
  readonly replicaId?: string
  readonly isRead?: boolean
}

async function keep(nowMs: number, { p95Ms = 60, performance = {}, replicaId = 'a', isRead = true }: How = {}) {
  const figures = { runs: 60, measured: 60, failed: 0, timed: 60, p50Ms: 20, meanMs: 30, maxMs: 90 }
  const status = {
    measureChecks: async ({ componentIds }: MeasureChecksRequest) => {
      if (p95Ms instanceof Error) throw p95Ms
      const components = componentIds.map((componentId): MeasuredChecks => ({ componentId, ...figures, p95Ms }))
      return { components }
    },
  }
  const config = configSchema.parse({ components: [{ id: 'shop', name: 'Shop' }], infra: { performance } })
  const main = {
    name: 'main',
    model: aView('', 'main'),
    client: {},
    isRead: () => isRead,
  } as unknown as FollowedCluster
  await keepPerformance(
    {
      ...{ db: own.db, outbox: createOutbox('infra'), replicaId, clock: { now: () => nowMs }, status },
      ...{ components: async () => [shop], clusters: { all: () => [main] }, databases: { all: () => [] } },
      settings: () => config.infra.performance,
      resultsKept: () => 30 * 86_400_000,
      outbound: () => ({ allowHosts: [] }),
    },
    nowMs,
  )
}

const asked = { cluster: '', namespace: '', severity: '', rule: '', includeMuted: false, limit: 0, cursor: '' }
const list = async (state: 'open' | 'resolved', sources: readonly string[] = ['component/shop']) =>
  (await listFindings(own.db, { ...asked, state, sources, now: new Date(now) })).findings
const events = async () =>
  (await own.db.query<{ type: string }>(sql`SELECT event->>'type' AS type FROM infra.outbox ORDER BY seq`)).map(
    ({ type }) => type,
  )

test('slow responses are found, kept and told, stay while nobody measures, and are resolved when they were measured', async () => {
  await keep(now, { p95Ms: 3_200 })
  const [found] = await list('open')
  expect(found).toMatchObject({
    firstSeenAt: new Date(now),
    finding: {
      ...{ rule: 'perf-slow-response', severity: 'warning', cluster: 'component/shop', affectedCount: 1 },
      object: { kind: 'Component', namespace: '', name: 'shop' },
      involves: [{ kind: 'Deployment', namespace: 'shop', name: 'web' }],
    },
  })
  expect(found!.finding.remedies[0]!.command).toBe('akashic perf report --component shop')
  await keep(now + minuteMs, { p95Ms: 2_800 })
  expect(await list('open')).toMatchObject([
    { id: found!.id, firstSeenAt: new Date(now), lastSeenAt: new Date(now + minuteMs) },
  ])
  await keep(now + 2 * minuteMs, { p95Ms: new Error('away') })
  expect(await list('open')).toMatchObject([{ id: found!.id, lastSeenAt: new Date(now + minuteMs) }])
  await keep(now + 3 * minuteMs)
  expect(await list('open')).toEqual([])
  expect(await list('resolved')).toMatchObject([{ id: found!.id, resolvedAt: new Date(now + 3 * minuteMs) }])
  expect(await events()).toEqual([infraEvents.finding_opened.type, infraEvents.finding_resolved.type])
})

test('who may not see a component sees neither what is wrong with it nor what was', async () => {
  await keep(now, { p95Ms: 3_200 })
  expect(await list('open', ['component/till', 'main'])).toEqual([])
  await keep(now + minuteMs)
  expect(await list('resolved', ['component/till', 'main'])).toEqual([])
  expect(await list('resolved')).toHaveLength(1)
})

test('of two replicas one writes what it sees', async () => {
  await keep(now, { p95Ms: 3_200 })
  await keep(now + minuteMs, { replicaId: 'b' })
  expect(await list('open')).toHaveLength(1)
  expect(await list('resolved')).toEqual([])
})

test('a component whose cluster was not read yet is left as it is', async () => {
  await keep(now, { p95Ms: 3_200 })
  await keep(now + minuteMs, { isRead: false })
  expect(await list('open')).toHaveLength(1)
})

describeReal('prometheus', () => {
  let real: PrometheusServer
  beforeAll(async () => {
    real = await startPrometheus({ scrape: [] })
  }, 60_000)
  afterAll(() => real?.stop())

  test('a Prometheus that is away resolves nothing of what it told; one that answers does', async () => {
    const by = (url: string, value: number) => {
      const query = { name: 'used', component: 'shop', resource: 'disk', measures: 'utilisation' } as const
      return { performance: { prometheus: { url }, queries: [{ ...query, query: `vector(${value})` }] } }
    }
    const states = async () => (await list('open')).map(({ finding }) => finding.rule)
    await keep(now, by(real.url, 0.95))
    expect(await states()).toEqual(['perf-resource-used-up'])
    await keep(now + minuteMs, by('http://127.0.0.1:1', 0.1))
    expect(await states()).toEqual(['perf-resource-used-up'])
    await keep(now + 2 * minuteMs, by(real.url, 0.1))
    expect(await states()).toEqual([])
  }, 30_000)
})
