import type { ComponentInput } from '@akashic/config'
import { FakeClock } from '@akashic/shared/clock'
import { sql } from '@akashic/shared/postgres'
import { eventually, type TestDatabase } from '@akashic/testbed'
import {
  detachable,
  pass,
  ScriptedWorld,
  statusDatabase,
  TestDirectory,
  testEngine,
  type TestEngine,
} from './engine-harness.ts'

const second = 1_000
const minute = 60_000
let database: TestDatabase
let clock: FakeClock
let world: ScriptedWorld
let components: TestDirectory
const running: TestEngine[] = []

beforeAll(async () => {
  database = await statusDatabase()
})
afterAll(() => database.close())

beforeEach(() => {
  clock = new FakeClock()
  world = new ScriptedWorld(clock)
  components = new TestDirectory()
})
afterEach(async () => {
  for (const { engine } of running.splice(0)) await engine.stop(10_000)
  await database.db.query(sql`TRUNCATE status.check_state, status.check_result, status.rollup_due`)
  await database.db.query(sql`UPDATE status.shard SET owner = NULL, lease_until = NULL, alive_at = NULL`)
})

async function start(db = database.db): Promise<TestEngine> {
  const test = testEngine({ db, clock, components, monotonicMs: () => clock.now(), runCheck: world.runCheck })
  running.push(test)
  await test.engine.start()
  return test
}

function aTarget(id: string, check: Record<string, unknown> = {}): ComponentInput {
  return {
    id,
    name: id,
    checks: [{ kind: 'tcp', host: id, port: 1, interval: '60s', ...check }],
  }
}

const runsOf = (host: string) => world.runs.filter((run) => run.host === host).map((run) => run.atMs)

async function rowsOf(checkName: string) {
  return database.db.query<{
    at: Date
    severity: number | null
    latency_ms: number | null
    failure_code: string | null
  }>(sql`
    SELECT r.at, r.severity, r.latency_ms, r.failure_code
      FROM status.check_result AS r
      JOIN status.check_key AS k ON k.num = r.check_num
      JOIN status.component AS c ON c.num = k.component_num
     WHERE c.id || '/' || k.name = ${checkName}
     ORDER BY r.at`)
}

test('every check starts within the first interval and then once an interval, none lost, none doubled', async () => {
  const ids = Array.from({ length: 300 }, (_, i) => `spread-${i}`)
  await components.define(
    database.db,
    ids.map((id) => aTarget(id)),
    clock.now(),
  )
  const startMs = clock.now()
  await start()
  await pass(clock, 4 * minute)
  for (const id of ids) {
    const times = runsOf(id)
    expect(times[0]! - startMs).toBeLessThan(minute)
    const gaps = times.slice(1).map((at, i) => at - times[i]!)
    expect(Math.min(...gaps)).toBeGreaterThan(30 * second)
    expect(Math.max(...gaps)).toBeLessThan(61 * second)
  }
  const lastMinute = world.runs.filter((run) => run.atMs >= startMs + 3 * minute)
  const tenths = Array.from(
    { length: 10 },
    (_, i) => lastMinute.filter((run) => Math.floor((run.atMs % minute) / 6_000) === i).length,
  )
  expect(Math.max(...tenths)).toBeLessThan(60)
})

test('a failing check repeats every tenth of its interval until its verdict falls, then goes back to its rhythm', async () => {
  await components.define(database.db, [aTarget('repeats')], clock.now())
  const { verdicts } = await start()
  await pass(clock, 3 * minute)
  const last = runsOf('repeats').at(-1)!
  world.set('repeats', 'refuses')
  await pass(clock, 3 * minute)
  const [first, ...later] = runsOf('repeats').filter((at) => at > last)
  expect(later.slice(0, 2).map((at) => Math.round((at - first!) / second))).toEqual([6, 12])
  expect(later[2]! - later[1]!).toBeGreaterThan(30 * second)
  await pass(clock, 2 * second)
  expect(verdicts.at(-1)).toMatchObject({ verdict: 'outage', sinceMs: first })
})

test('results are kept with their timings, and the state goes on after a restart where it was', async () => {
  await components.define(database.db, [aTarget('restarts')], clock.now())
  world.set('restarts', 'refuses')
  const first = await start()
  await pass(clock, 8 * second)
  await first.engine.stop(10_000)
  expect(first.verdicts.at(-1)).toMatchObject({ verdict: 'unknown' })
  expect(await rowsOf('restarts/tcp')).toMatchObject([
    { severity: 3, latency_ms: null, failure_code: 'refused' },
    { severity: 3, failure_code: 'refused' },
  ])

  const restarted = await start()
  await pass(clock, 2 * minute)
  expect(restarted.verdicts[0]).toMatchObject({ verdict: 'outage', checkId: 'restarts/tcp' })
  expect(restarted.verdicts[0]!.sinceMs).toBe(first.verdicts[0]!.atMs)
})

test('a verdict that is older than three intervals counts for nothing', async () => {
  await components.define(database.db, [aTarget('slept')], clock.now())
  const before = await start()
  await pass(clock, 2 * minute)
  await before.engine.stop(10_000)
  expect(before.verdicts.at(-1)).toMatchObject({ verdict: 'operational' })
  clock.advance(60 * minute)
  world.set('slept', 'refuses')
  const after = await start()
  await pass(clock, 2 * second)
  expect(after.verdicts[0]).toMatchObject({ verdict: 'unknown' })
})

test('a component that is added is checked at once, one that is changed too, and one that is removed never again', async () => {
  await components.define(database.db, [aTarget('stays')], clock.now())
  await start()
  await pass(clock, 90 * second)
  await components.define(database.db, [aTarget('stays', { host: 'elsewhere' }), aTarget('comes')], clock.now())
  await eventually(async () => {
    await pass(clock, 100)
    expect(runsOf('comes').length).toBe(1)
    expect(runsOf('elsewhere').length).toBe(1)
  })
  await components.define(database.db, [aTarget('comes')], clock.now())
  await eventually(async () => {
    await pass(clock, 100)
    const [gauge] = (await running[0]!.metrics.getSingleMetric('akashic_checks_watched')!.get()).values
    expect(gauge!.value).toBe(1)
  })
  const runs = runsOf('elsewhere').length
  await pass(clock, 3 * minute)
  expect(runsOf('elsewhere').length).toBe(runs)
})

test('what was measured while the database was away is written when it is back, in its order, and none of it is a gap', async () => {
  await components.define(database.db, [aTarget('away')], clock.now())
  const db = detachable(database.db)
  const { gaps, engine, verdicts } = await start(db)
  await pass(clock, 2 * minute)
  db.isAway = true
  await pass(clock, 5 * minute)
  expect(engine.health()).toMatchObject({ state: 'degraded' })
  const measured = runsOf('away').length
  expect(measured).toBeGreaterThan(6)
  db.isAway = false
  await eventually(async () => {
    await pass(clock, second)
    expect((await rowsOf('away/tcp')).map((row) => row.at.getTime())).toEqual(runsOf('away'))
  })
  expect(verdicts.map((verdict) => verdict.atMs)).toEqual(runsOf('away'))
  expect(gaps).toEqual([])
})

test('a stretch in which nobody held the checks is told as a gap from the last sign of life; a short one is not', async () => {
  await components.define(database.db, [aTarget('stopped-1'), aTarget('stopped-2')], clock.now())
  const age = (ms: number) =>
    database.db.query(sql`
      UPDATE status.shard
         SET lease_until = lease_until - ${ms} * interval '1 ms', alive_at = alive_at - ${ms} * interval '1 ms'`)
  const first = await start()
  await first.engine.stop(10_000)
  expect(first.gaps).toEqual([])

  await age(5 * second)
  const restarted = await start()
  await restarted.engine.stop(10_000)
  expect(restarted.gaps).toEqual([])

  await age(3_600 * second)
  const third = await start()
  expect(third.gaps).toHaveLength(1)
  const [{ componentIds, fromMs, toMs }] = third.gaps as [TestEngine['gaps'][0]]
  expect([...componentIds].sort()).toEqual(['stopped-1', 'stopped-2'])
  expect(toMs).toBe(clock.now())
  expect(Math.abs(toMs - fromMs - 3_600 * second)).toBeLessThan(5 * second)
})

test('the engine is degraded while results cannot be written, and well again once they are', async () => {
  await components.define(database.db, [aTarget('unwritten', { interval: '10s' })], clock.now())
  let isRefused = true
  const applyVerdicts = async () => {
    if (isRefused) throw Object.assign(new Error('disk full'), { code: '53100' })
  }
  const test = testEngine({
    db: database.db,
    clock,
    components,
    monotonicMs: () => clock.now(),
    runCheck: world.runCheck,
    applyVerdicts,
  })
  running.push(test)
  await test.engine.start()
  await pass(clock, 12 * second)
  expect(test.engine.health()).toMatchObject({ state: 'degraded', reason: expect.stringContaining('results') })
  isRefused = false
  await pass(clock, 12 * second)
  expect(test.engine.health()).toEqual({ state: 'serving' })
})

test('a wall clock that is set a day ahead or back neither stops the checks nor floods them', async () => {
  await components.define(database.db, [aTarget('clock', { interval: '10s' })], clock.now())
  const monotonicStart = clock.now()
  let shiftMs = 0
  const shifted = { now: () => clock.now() + shiftMs, after: clock.after.bind(clock) }
  const test = testEngine({
    db: database.db,
    clock: shifted,
    components,
    monotonicMs: () => clock.now() - monotonicStart,
    runCheck: world.runCheck,
  })
  running.push(test)
  await test.engine.start()
  for (const shift of [0, 86_400_000, -86_400_000]) {
    shiftMs = shift
    const before = runsOf('clock').length
    await pass(clock, 100 * second)
    const runs = runsOf('clock').length - before
    expect(runs).toBeGreaterThanOrEqual(9)
    expect(runs).toBeLessThanOrEqual(16)
  }
})
