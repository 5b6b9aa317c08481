import { FakeClock } from '@akashic/shared/clock'
import { sql } from '@akashic/shared/postgres'
import { eventually, type TestDatabase } from '@akashic/testbed'
import { checkNumber } from '../check/check-number.ts'
import { pass, ScriptedWorld, statusDatabase, TestDirectory, testEngine } from '../check/engine-harness.ts'
import { definitionsOf } from '../check/watched-check.ts'
import { recordHeartbeat } from './record-heartbeat.ts'
import { readHeartbeat, saveHeartbeat } from './store.ts'

const minute = 60_000
const hour = 60 * minute
const token = 'the-token-of-the-nightly-job'
let database: TestDatabase

beforeEach(async () => {
  database = await statusDatabase()
})
afterEach(() => database.close())

async function aWatchedJob() {
  const clock = new FakeClock()
  const components = new TestDirectory()
  await components.define(
    database.db,
    [{ id: 'job', name: 'Job', checks: [{ kind: 'heartbeat', token, interval: '1h', grace: '5m' }] }],
    clock.now(),
  )
  const deps = { db: database.db, clock, components, monotonicMs: () => clock.now() }
  const make = () => testEngine({ ...deps, runCheck: new ScriptedWorld(clock).runCheck })
  return { clock, deps, make, call: () => recordHeartbeat(deps, token) }
}

test('a job that calls is operational at once, late after its interval and grace, missed after twice the interval', async () => {
  const { clock, make, call } = await aWatchedJob()
  const { engine, verdicts } = make()
  await engine.start()
  await pass(clock, 2 * minute)
  expect(verdicts.at(-1)).toMatchObject({ verdict: 'unknown', failure: { code: 'waiting' } })

  const calledAtMs = clock.now()
  expect(await call()).toEqual({ nextDueAtMs: calledAtMs + hour })
  await eventually(async () => {
    await pass(clock, 1_000)
    expect(verdicts.at(-1)).toMatchObject({ verdict: 'operational', atMs: expect.any(Number) })
  })
  expect(verdicts.find(({ verdict }) => verdict === 'operational')!.atMs - calledAtMs).toBeLessThan(minute)

  await pass(clock, hour + 10 * minute, 500)
  expect(verdicts.at(-1)).toMatchObject({ verdict: 'degraded', failure: { code: 'late' } })
  expect(verdicts.at(-1)!.sinceMs - calledAtMs - hour - 5 * minute).toBeLessThan(5_000)
  await pass(clock, hour, 500)
  expect(verdicts.at(-1)).toMatchObject({ verdict: 'outage', failure: { code: 'missed' } })

  await call()
  await eventually(async () => {
    await pass(clock, 1_000)
    expect(verdicts.at(-1)).toMatchObject({ verdict: 'operational' })
  })
  await engine.stop(10_000)
}, 90_000)

test('a job is not missed for calls that nobody was there to receive', async () => {
  const { clock, make, call } = await aWatchedJob()
  const before = make()
  await before.engine.start()
  await call()
  await before.engine.stop(10_000)
  clock.advance(10 * hour)
  await database.db.query(sql`
    UPDATE status.shard
       SET lease_until = lease_until - interval '10 hours', alive_at = alive_at - interval '10 hours'`)

  const after = make()
  await after.engine.start()
  await pass(clock, 2 * minute)
  expect(after.verdicts.at(-1)).toMatchObject({ verdict: 'unknown', failure: { code: 'waiting' } })
  await after.engine.stop(10_000)
})

test('a call with a token that nobody has is refused, and says nothing of the tokens that are', async () => {
  const { deps } = await aWatchedJob()
  await expect(recordHeartbeat(deps, `${token}x`)).rejects.toMatchObject({ code: 'not_found' })
  await expect(recordHeartbeat(deps, '')).rejects.toMatchObject({ code: 'not_found' })
})

test('a call counts also before any replica watches the job', async () => {
  const { clock, make, call } = await aWatchedJob()
  await call()
  const { engine, verdicts } = make()
  await engine.start()
  await pass(clock, 2_000)
  expect(verdicts.at(-1)).toMatchObject({ verdict: 'operational' })
  await engine.stop(10_000)
})

test('a call that is noted late does not take back a later one', async () => {
  const { deps } = await aWatchedJob()
  const [check] = definitionsOf(deps.components.current())
  const num = await database.db.transaction((tx) => checkNumber(tx, check!))
  await saveHeartbeat(database.db, num, 2 * minute)
  await saveHeartbeat(database.db, num, minute)
  expect(await readHeartbeat(database.db, num)).toBe(2 * minute)
  await saveHeartbeat(database.db, num, 3 * minute)
  expect(await readHeartbeat(database.db, num)).toBe(3 * minute)
})
