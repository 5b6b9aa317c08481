import { ClusterClient } from '@akashic/kubernetes'
import { migrate } from '@akashic/shared/migrations'
import { sql } from '@akashic/shared/postgres'
import { describeReal, eventually, testDatabase, type Run, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { outOfMemoryOf } from '../../memory/out-of-memory.ts'
import { migrations } from '../../module.ts'
import { crash } from '../../testing/processes.ts'
import { deployment, startScenarioCluster, type ScenarioCluster } from '../../testing/scenario-cluster.ts'
import { keepUsage } from '../../usage/keep-usage.ts'
import { highMemory } from '../judge/high-memory.ts'
import { spansOf } from '../spans.ts'
import { measureWorkload } from './measure-workload.ts'

const mib = 2 ** 20
const resources = 'resources: { requests: { cpu: 500m, memory: 64Mi }, limits: { memory: 100Mi } }'
const workload = (name: string) => ({ kind: 'Deployment', namespace: 'shop', name })

describeReal('kubernetes', () => {
  let given: ScenarioCluster
  let database: TestDatabase
  let client: ClusterClient
  beforeAll(async () => {
    database = await testDatabase()
    await migrate(database.url, { ...migrations, log: pino({ level: 'silent' }) })
    given = await startScenarioCluster({ nodes: [{ name: 'n1' }], registry: { images: ['web:1'] }, metrics: true })
    client = new ClusterClient({ name: 'main', kubeconfig: given.cluster.kubeconfig })
    await given.cluster.apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---')
  }, 120_000)
  afterAll(async () => {
    await client?.close()
    await given?.stop()
    await database?.close()
  })

  /** Runs a workload, and has its memory measured as it really is. */
  async function measured(name: string, memory: number, container: string): Promise<void> {
    await given.cluster.apply(deployment(name, { run: { cpu: 0.25, memory }, container }))
    await eventually(async () => {
      const nowMs = Date.now()
      await keepUsage({ db: database.db, replicaId: 'a' }, { name: 'main', client, model: given.model }, nowMs)
      expect(await runOf(name)).toBeDefined()
    }, 30_000)
  }
  const runOf = async (name: string): Promise<string | undefined> =>
    (
      await database.db.query<{ id: string }>(sql`
        SELECT r.id FROM infra.container_run r JOIN infra.usage_minute m ON m.run = r.id WHERE workload = ${name}`)
    )[0]?.id
  /** Nothing makes a real control plane measure the past: what it measured now is said of the minutes before too. */
  async function since(name: string, minutes: number, grownBy = 0): Promise<void> {
    const run = await runOf(name)
    await database.db.query(sql`
      UPDATE infra.container_run SET started_at = started_at - interval '2 days' WHERE id = ${run}`)
    await database.db.query(sql`
      INSERT INTO infra.usage_minute (run, at, cpu, memory)
      SELECT run, at - n * interval '1 minute', cpu, memory - n * ${grownBy}::bigint
        FROM (SELECT * FROM infra.usage_minute WHERE run = ${run} ORDER BY at DESC LIMIT 1) AS last,
             generate_series(1, ${minutes}) AS n
      ON CONFLICT DO NOTHING`)
  }
  async function memoryOf(name: string) {
    const spans = spansOf(Date.now(), 3_600_000, { atMs: null, reason: 'none' })
    const { readings, uses, unknown } = await measureWorkload(
      { db: database.db, view: given.model },
      name,
      workload(name),
      spans,
    )
    const reading = readings.find(({ resource }) => resource === 'memory')
    const found = reading?.memory
      ? highMemory({ ...reading, memory: reading.memory }, { ...uses[0]!, workload: workload(name) }, spans.window.toMs)
      : []
    return { reading, readings, found, unknown }
  }

  test('memory above 80 % of its limit for ten minutes is high, and before that it is not known to be', async () => {
    await measured('hungry', 96 * mib, `command: [node, a.js], ${resources}`)
    expect((await memoryOf('hungry')).reading).toMatchObject({
      ...{ memory: { isHigh: null }, unknown: [{ reason: 'it was not measured for ten minutes yet' }] },
    })
    await since('hungry', 11)
    const { reading, readings, found } = await memoryOf('hungry')
    expect(reading).toMatchObject({
      ...{ used: 96 * mib, limit: 100 * mib, request: 64 * mib, utilisation: 0.96, unknown: [] },
      memory: { isHigh: true, leak: { is: 'unknown' } },
    })
    expect(readings.find(({ resource }) => resource === 'cpu')).toMatchObject({ used: 0.25, utilisation: 0.5 })
    expect(found).toMatchObject([{ rule: 'memory-high', object: workload('hungry') }])
    expect(found[0]!.summary).toMatch(/^Container app of hungry-\S+ uses 96 % of its limit/)
  }, 60_000)

  test('memory that grows for hours is a leak, and when it is full is told', async () => {
    await measured('leaky', 70 * mib, `command: [node, a.js], ${resources}`)
    await since('leaky', 300, Math.round(mib / 10))
    const { reading, found } = await memoryOf('leaky')
    expect(reading!.memory).toMatchObject({ isHigh: false, leak: { is: 'leak' } })
    // 30 MiB are left, and 6 MiB an hour are lost.
    expect(reading!.memory!.fullInMs! / 3_600_000).toBeCloseTo(5, 0)
    expect(found).toMatchObject([{ rule: 'memory-leak', severity: 'warning' }])
    expect(found[0]!.remedies.map(({ title }) => title).join()).toContain('--heapsnapshot-signal')
  }, 60_000)

  test('memory without a limit, and a workload that is not there, are unknown and say why', async () => {
    await measured('free', 500 * mib, 'resources: { requests: { memory: 64Mi } }')
    await since('free', 11)
    const { reading, found } = await memoryOf('free')
    expect(reading).toMatchObject({ limit: null, memory: { isHigh: null }, unknown: [{ reason: 'it has no limit' }] })
    expect(found).toEqual([])
    expect((await memoryOf('nobody')).unknown[0]!.reason).toContain('there is no Deployment shop/nobody')
  }, 60_000)

  test('a container that was killed at its limit and a heap that ran full are told apart', async () => {
    const heap: Run = {
      ...crash('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'),
      exitCode: 134,
    }
    const limit: Run = { ...crash('working'), exitCode: 137, reason: 'OOMKilled' }
    await given.cluster.apply(
      `${deployment('heapful', { run: heap })}${deployment('killed', { run: limit, container: resources })}`,
    )
    await eventually(async () => {
      const found = await outOfMemoryOf(
        { view: given.model, client },
        [workload('heapful'), workload('killed')],
        Date.now(),
        new AbortController().signal,
      )
      expect(Object.fromEntries(found.map((each) => [each.workload.name, each.kind]))).toEqual({
        ...{ heapful: 'heap', killed: 'container_limit' },
      })
    }, 30_000)
  }, 60_000)
})
