import { sql } from '@akashic/shared/postgres'
import type { TestDatabase } from '@akashic/testbed'
import { FakeClock } from '@akashic/shared/clock'
import { statusDatabase, TestDirectory, TestQueue } from '../engine-harness.ts'
import { knownChecks } from '../result/store.ts'
import { definitionsOf } from '../watched-check.ts'
import { createListResponseTimes } from './list-response-times.ts'
import { dayMs, dayOf, monthOf } from './period.ts'
import { retain } from './retain.ts'
import { rollUp } from './roll-up.ts'
import { startRollups } from './start-rollups.ts'
import { ensurePartition, listPartitions, markDue } from './store.ts'

const minute = 60_000
const noon = Date.parse('2026-03-01T12:00:00.000Z')
let database: TestDatabase
let components: TestDirectory
let nums: number[]

beforeEach(async () => {
  database = await statusDatabase()
  components = new TestDirectory()
  const checks = [
    { kind: 'tcp' as const, host: 'web', port: 80 },
    { kind: 'tcp' as const, host: 'web', port: 443 },
  ]
  await components.define(
    database.db,
    [
      { id: 'web', name: 'Web', checks },
      { id: 'bare', name: 'Bare' },
    ],
    noon,
  )
  const definitions = definitionsOf(components.current())
  const known = await knownChecks(database.db, definitions)
  nums = definitions.map((definition) => known.get(definition.id)!.num)
})
afterEach(() => database.close())

/** Results of a check, as [minutes after noon, severity, latency]. */
async function write(checkNum: number, results: readonly (readonly [number, number | null, number | null])[]) {
  for (const [minutes, severity, latencyMs] of results) {
    const atMs = noon + minutes * minute
    await ensurePartition(database.db, 'check_result', dayOf(atMs))
    await database.db.query(sql`
      INSERT INTO status.check_result (at, check_num, severity, latency_ms)
      VALUES (${new Date(atMs)}, ${checkNum}, ${severity}, ${latencyMs})`)
    await database.db.transaction((tx) => markDue(tx, '5m', [Math.floor(atMs / 300_000) * 300_000]))
  }
}

const rolled = (table: 'check_rollup_5m' | 'check_rollup_1d') =>
  database.db.query<Record<string, unknown>>(sql`
    SELECT (extract(epoch FROM at) * 1000)::float8 - ${noon}::float8 AS at_ms, check_num, operational, degraded, outage, unmeasured,
           latency_count, latency_sum_ms, latency_max_ms
      FROM ${sql.identifier('status', table)}
     ORDER BY check_num, at`)

test('five minutes are rolled up once they are over: outcomes counted, latency of what answered', async () => {
  await write(nums[0]!, [
    [0, 0, 10],
    [1, 1, 30],
    [2, 3, null],
    [3, null, null],
    [4.99, 0, 20],
    [5, 0, 99],
  ])
  await rollUp(database.db, noon + 5 * minute)
  expect(await rolled('check_rollup_5m')).toEqual([])
  await rollUp(database.db, noon + 6 * minute)
  expect(await rolled('check_rollup_5m')).toEqual([
    {
      at_ms: 0,
      check_num: nums[0],
      operational: 2,
      degraded: 1,
      outage: 1,
      unmeasured: 1,
      latency_count: 3,
      latency_sum_ms: 60,
      latency_max_ms: 30,
    },
  ])
})

test('a result that comes late is rolled up with the others of its time', async () => {
  await write(nums[0]!, [[0, 0, 10]])
  await rollUp(database.db, noon + 10 * minute)
  await write(nums[0]!, [[1, 3, null]])
  await rollUp(database.db, noon + 20 * minute)
  expect(await rolled('check_rollup_5m')).toMatchObject([{ operational: 1, outage: 1, latency_sum_ms: 10 }])
})

test('a day is rolled up once it is over', async () => {
  await write(nums[0]!, [
    [0, 0, 10],
    [30, 0, 30],
  ])
  await rollUp(database.db, noon + 60 * minute)
  expect(await rolled('check_rollup_1d')).toEqual([])
  await rollUp(database.db, noon + dayMs)
  expect(await rolled('check_rollup_1d')).toMatchObject([
    { at_ms: -dayMs / 2, operational: 2, latency_count: 2, latency_sum_ms: 40, latency_max_ms: 30 },
  ])
})

test('replicas that roll up at once make what one would', async () => {
  await write(nums[0]!, [
    [0, 0, 10],
    [6, 0, 20],
  ])
  await Promise.all([1, 2, 3, 4].map(() => rollUp(database.db, noon + 60 * minute)))
  expect(await rolled('check_rollup_5m')).toMatchObject([{ latency_sum_ms: 10 }, { latency_sum_ms: 20 }])
})

test('response times of a component are those of all its checks, and only within the time asked for', async () => {
  await write(nums[0]!, [
    [0, 0, 10],
    [6, 0, 20],
  ])
  await write(nums[1]!, [
    [0, 0, 40],
    [12, 3, null],
  ])
  await rollUp(database.db, noon + 60 * minute)
  const list = createListResponseTimes(components)
  const all = await list(database.db, ['web', 'bare', 'nobody'], noon, noon + 60 * minute)
  expect(all.get('web')).toEqual([
    { atMs: noon, meanMs: 25, maxMs: 40 },
    { atMs: noon + 5 * minute, meanMs: 20, maxMs: 20 },
    { atMs: noon + 10 * minute, meanMs: null, maxMs: null },
  ])
  expect(all.get('bare')).toEqual([])
  const later = await list(database.db, ['web'], noon + 5 * minute, noon + 10 * minute)
  expect(later.get('web')).toHaveLength(1)
})

test('partitions of tomorrow and next month are made ahead, and those past their retention are dropped', async () => {
  for (const daysAgo of [0, 6, 7, 8, 9])
    await ensurePartition(database.db, 'check_result', dayOf(noon - daysAgo * dayMs))
  for (const daysAgo of [0, 390, 500]) {
    await ensurePartition(database.db, 'check_rollup_5m', monthOf(noon - daysAgo * dayMs))
  }
  await retain(database.db, { results: 7 * dayMs, rollups: 400 * dayMs }, noon)
  expect(await listPartitions(database.db, 'check_result')).toEqual(['20260222', '20260223', '20260301', '20260302'])
  expect(await listPartitions(database.db, 'check_rollup_5m')).toEqual(['202502', '202603', '202604'])
})

test('replicas may make the same partition at once', async () => {
  await Promise.all([1, 2, 3, 4, 5].map(() => ensurePartition(database.db, 'check_result', dayOf(noon))))
  expect(await listPartitions(database.db, 'check_result')).toEqual(['20260301'])
})

test('the queue rolls up and retains by the clock', async () => {
  const queue = new TestQueue()
  const clock = new FakeClock(noon + 60 * minute)
  const retention = () => ({ results: dayMs, rollups: dayMs })
  await startRollups({ db: database.db, clock, queue, retention })
  await write(nums[0]!, [[0, 0, 10]])
  for (const [name] of queue.schedules) await queue.handlers.get(name)!({} as never)
  expect(await rolled('check_rollup_5m')).toHaveLength(1)
  expect(await listPartitions(database.db, 'check_result')).toContain('20260302')
})
