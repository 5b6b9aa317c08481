import { ClusterError } from '@akashic/kubernetes'
import { migrate } from '@akashic/shared/migrations'
import { sql } from '@akashic/shared/postgres'
import { testDatabase, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { migrations } from '../module.ts'
import { ago, aView, now } from '../testing/a-look.ts'
import { keepUsage, thinUsage } from './keep-usage.ts'
import { usageOf } from './usage-of.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url, { ...migrations, log: pino({ level: 'silent' }) })
}, 60_000)
beforeEach(() =>
  database.db.query(sql`
    TRUNCATE infra.container_run, infra.usage_minute, infra.usage_window, infra.usage_reading, infra.cluster_lease`),
)
afterAll(() => database.close())

const minuteMs = 60_000
const web = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const pod = (startedAt: string, restarts = 0) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, uid: d1 }
spec: { replicas: 1, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, image: web }] } } }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web-1, namespace: shop, uid: r1, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: d1, controller: true }] }
spec: { replicas: 1, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, image: web }] } } }
---
apiVersion: v1
kind: Pod
metadata: { name: web-1-a, namespace: shop, uid: p1, ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: r1, controller: true }] }
spec: { nodeName: n, containers: [{ name: app, image: web }] }
status: { phase: Running, containerStatuses: [{ name: app, restartCount: ${restarts}, state: { running: { startedAt: '${startedAt}' } } }] }
`
const podOf = (memory: string, atMs: number, cpu = '250m') => ({
  metadata: { namespace: 'shop', name: 'web-1-a' },
  ...{ timestamp: new Date(atMs).toISOString(), window: '15s' },
  containers: [{ name: 'app', usage: { cpu, memory } }],
})

interface Given {
  readonly items?: readonly unknown[] | Error
  readonly view?: ReturnType<typeof aView>
  readonly replicaId?: string
}

async function keep(atMs: number, { items = [], view = aView(pod(ago(86_400))), replicaId = 'a' }: Given) {
  const stream = async () => {
    if (items instanceof Error) throw items
    return [Buffer.from(JSON.stringify({ kind: 'PodMetricsList', items }))]
  }
  const client = { stream } as unknown as Parameters<typeof keepUsage>[1]['client']
  await keepUsage({ db: database.db, replicaId }, { name: 'main', client, model: view }, atMs)
}
const used = (from = now - 30 * 86_400_000) =>
  usageOf(database.db, 'main', web, { since: new Date(from), until: new Date(now + 86_400_000) })

test('what a container uses is kept by the minute, under the workload that its pod belongs to', async () => {
  await keep(now, { items: [podOf('128Mi', now)] })
  await keep(now + minuteMs, { items: [podOf('129Mi', now + minuteMs, '1')] })
  const { runs, reading } = await used()
  expect(runs).toMatchObject([
    {
      ...{ workload: web, pod: 'web-1-a', container: 'app', startedAt: new Date(ago(86_400)) },
      points: [
        { at: new Date(now), samples: 1, cpuMean: 0.25, memoryMax: 128 * 2 ** 20 },
        { at: new Date(now + minuteMs), samples: 1, cpuMean: 1, memoryMax: 129 * 2 ** 20 },
      ],
    },
  ])
  expect(reading).toEqual({ askedAt: new Date(now + minuteMs), readAt: new Date(now + minuteMs), problem: null })
})

test('a measurement that is read twice is kept once', async () => {
  await keep(now, { items: [podOf('128Mi', now)] })
  await keep(now + minuteMs, { items: [podOf('128Mi', now)] })
  expect((await used()).runs[0]!.points).toHaveLength(1)
})

test('a container that starts again begins a run of its own, and what was measured before is not of it', async () => {
  await keep(now, { items: [podOf('128Mi', now)] })
  const again = aView(pod(ago(-30), 1))
  await keep(now + minuteMs, { items: [podOf('130Mi', now + 20_000)], view: again })
  await keep(now + 2 * minuteMs, { items: [podOf('40Mi', now + 2 * minuteMs)], view: again })
  const { runs } = await used()
  expect(runs.map(({ points }) => points.map(({ memoryMean }) => memoryMean / 2 ** 20))).toEqual([[128], [40]])
})

test('of two replicas one measures', async () => {
  await keep(now, { items: [podOf('128Mi', now)] })
  await keep(now, { items: [podOf('900Mi', now + 1_000)], replicaId: 'b' })
  expect((await used()).runs[0]!.points.map(({ memoryMean }) => memoryMean)).toEqual([128 * 2 ** 20])
})

test.each([
  ['metrics.k8s.io is not served', new ClusterError('not_found', 'GET: not found'), 'metrics.k8s.io: GET: not found'],
  ['the answer is no list', { length: 'many' } as unknown as readonly unknown[], 'its answer cannot be read'],
])('when %s, that is told and no use is made up', async (_, items, problem) => {
  await keep(now, { items })
  const { runs, reading } = await used()
  expect(runs).toEqual([])
  expect(reading).toMatchObject({ readAt: null, problem: expect.stringContaining(problem) as string })
})

test('one pod that cannot be read costs the others nothing, and is told', async () => {
  const broken = { metadata: { namespace: 'shop', name: 'web-1-a' }, timestamp: 'never', containers: [] }
  const noNumber = podOf('plenty', now)
  await keep(now, { items: [broken, noNumber, podOf('128Mi', now)] })
  const { runs, reading } = await used()
  expect(runs[0]!.points).toHaveLength(1)
  expect(reading!.problem).toContain('1 pods of it cannot be read')
})

test('what was measured long ago or in time to come is not the use of now', async () => {
  await keep(now, { items: [podOf('1Gi', now - 6 * minuteMs), podOf('2Gi', now + 6 * minuteMs)] })
  expect((await used()).runs).toEqual([])
})

test('minutes are joined ten by ten after six hours, and go when they are to be kept no longer', async () => {
  for (let minute = 0; minute < 20; minute++) {
    const at = now + minute * minuteMs
    await keep(at, { items: [podOf(`${100 + minute}Mi`, at, minute === 3 ? '2' : '500m')] })
  }
  await thinUsage(database.db, 8 * 86_400_000, now + 6 * 3_600_000 + 15 * minuteMs)
  const points = (await used()).runs[0]!.points
  expect(points.map(({ samples }) => samples)).toEqual([10, ...Array.from({ length: 10 }, () => 1)])
  expect(points[0]).toEqual({
    ...{ at: new Date(now), samples: 10, cpuMax: 2, memoryMax: 109 * 2 ** 20, memoryMean: 104.5 * 2 ** 20 },
    memoryMin: 100 * 2 ** 20,
    cpuMean: expect.closeTo(0.65) as number,
  })
  await thinUsage(database.db, 8 * 86_400_000, now + 9 * 86_400_000)
  expect((await used()).runs).toEqual([])
  expect(await database.db.query(sql`SELECT FROM infra.container_run`)).toEqual([])
})
