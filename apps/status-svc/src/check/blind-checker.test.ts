import { FakeClock } from '@akashic/shared/clock'
import { sql } from '@akashic/shared/postgres'
import type { TestDatabase } from '@akashic/testbed'
import type { ComponentInput } from '@akashic/config'
import type { CheckVerdict } from '../status/check-verdict.ts'
import { pass, ScriptedWorld, statusDatabase, TestDirectory, testEngine } from './engine-harness.ts'

const minute = 60_000
let database: TestDatabase

beforeAll(async () => {
  database = await statusDatabase()
})
afterAll(() => database.close())

async function aRunningChecker(inputs: readonly ComponentInput[]) {
  const clock = new FakeClock()
  const world = new ScriptedWorld(clock)
  const components = new TestDirectory()
  await components.define(database.db, inputs, clock.now())
  const test = testEngine({
    db: database.db,
    clock,
    components,
    monotonicMs: () => clock.now(),
    runCheck: world.runCheck,
  })
  await test.engine.start()
  await pass(clock, 2 * minute)
  const of = (componentId: string) => test.verdicts.filter((verdict) => verdict.componentId === componentId)
  const stop = async () => {
    await test.engine.stop(10_000)
    await forget()
  }
  return { ...test, clock, world, of, stop }
}

/** Each test begins with checks that nobody knows. */
async function forget(): Promise<void> {
  await database.db.query(sql`TRUNCATE status.check_state, status.check_result`)
}

function targets(count: number): ComponentInput[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `target-${i}`,
    name: `Target ${i}`,
    checks: [{ kind: 'tcp', host: `host-${i}`, port: 1, interval: '60s' }],
  }))
}

const reds = (verdicts: readonly CheckVerdict[]) =>
  verdicts.filter(({ verdict }) => verdict !== 'operational' && verdict !== 'unknown')

test('with its network cut for five minutes, a checker of 20 healthy targets tells no outage, but 20 gaps', async () => {
  const { clock, world, verdicts, engine, metrics, of, stop } = await aRunningChecker(targets(20))
  expect(verdicts.every(({ verdict }) => verdict === 'operational')).toBe(true)

  const cutAtMs = clock.now()
  world.isCut = true
  await pass(clock, 5 * minute)
  expect(engine.isBlind()).toBe(true)
  expect(engine.health()).toMatchObject({ state: 'degraded' })
  expect(await metrics.metrics()).toContain('akashic_checker_blind 1')
  const restoredAtMs = clock.now()
  world.isCut = false
  await pass(clock, 2 * minute)
  await stop()

  expect(reds(verdicts)).toEqual([])
  expect(engine.isBlind()).toBe(false)
  expect(await metrics.metrics()).toContain('akashic_checker_blind 0')
  for (let i = 0; i < 20; i++) {
    const gap = of(`target-${i}`).filter(({ verdict }) => verdict === 'unknown')
    expect(gap.length).toBeGreaterThan(0)
    expect(new Set(gap.map(({ sinceMs }) => sinceMs)).size).toBe(1)
    expect(gap[0]!.sinceMs).toBeGreaterThanOrEqual(cutAtMs)
    expect(gap[0]!.sinceMs).toBeLessThan(cutAtMs + minute + 5_000)
    expect(gap[0]!.failure).toMatchObject({ code: 'blind', sentence: 'checker cannot see' })
    const back = of(`target-${i}`).at(-1)!
    expect(back).toMatchObject({ verdict: 'operational' })
    expect(back.sinceMs).toBeGreaterThanOrEqual(restoredAtMs)
    expect(back.sinceMs).toBeLessThan(restoredAtMs + minute)
  }
})

test('once it sees again, every check that found nothing runs within seconds, however rarely it runs else', async () => {
  const checks = (i: number): ComponentInput['checks'] => [{ kind: 'tcp', host: `host-${i}`, port: 1, interval: '10m' }]
  const { clock, world, engine, stop } = await aRunningChecker(
    targets(10).map((target, i) => ({ ...target, checks: checks(i) })),
  )
  await pass(clock, 10 * minute)
  world.isCut = true
  await pass(clock, 20 * minute)
  expect(engine.isBlind()).toBe(true)
  world.isCut = false
  for (let waited = 0; engine.isBlind() && waited < 10 * minute; waited += 1_000) await pass(clock, 1_000)
  const seenAtMs = clock.now()
  await pass(clock, 20_000)
  await stop()
  const hosts = new Set(world.runs.filter(({ atMs }) => atMs >= seenAtMs - 2_000).map(({ host }) => host))
  expect(hosts.size).toBe(10)
})

test('one target that is down among others that answer turns red, within one interval plus the timeouts', async () => {
  const { clock, world, of, engine, stop } = await aRunningChecker(targets(5))
  const downAtMs = clock.now()
  world.set('host-3', 'silent')
  await pass(clock, minute + 3 * 5_000 + 1_000)
  expect(engine.isBlind()).toBe(false)
  await stop()
  expect(of('target-3').at(-1)).toMatchObject({ verdict: 'outage', failure: { code: 'timeout' } })
  expect(of('target-3').at(-1)!.sinceMs).toBeGreaterThanOrEqual(downAtMs)
  expect(reds(of('target-2'))).toEqual([])
})

test('two targets are too few to tell the network from the target: the verdict stands', async () => {
  const { clock, world, of, stop } = await aRunningChecker(targets(2))
  world.isCut = true
  await pass(clock, 2 * minute)
  await stop()
  expect(of('target-0').at(-1)).toMatchObject({ verdict: 'outage' })
  expect(of('target-1').at(-1)).toMatchObject({ verdict: 'outage' })
})

test('targets that fail with what they depend on are down, not unseen', async () => {
  const inputs = targets(6).map((target, i) => (i === 0 ? target : { ...target, dependsOn: ['target-0'] }))
  const { clock, world, of, engine, stop } = await aRunningChecker(inputs)
  for (let i = 0; i < 6; i++) world.set(`host-${i}`, 'refuses')
  await pass(clock, 2 * minute)
  expect(engine.isBlind()).toBe(false)
  await stop()
  expect(of('target-5').at(-1)).toMatchObject({ verdict: 'outage' })
})

test('targets that answer badly all at once are degraded: an answer was seen', async () => {
  const { clock, world, of, stop } = await aRunningChecker(targets(6))
  for (let i = 0; i < 6; i++) world.set(`host-${i}`, 'bad')
  await pass(clock, 2 * minute)
  await stop()
  expect(of('target-5').at(-1)).toMatchObject({ verdict: 'degraded' })
})

test('while a canary answers, a lone target that is silent is down; when no canary does, it is unseen', async () => {
  const { clock, world, of, settings, engine, stop } = await aRunningChecker(targets(1))
  const canary = {
    kind: 'tcp',
    host: 'canary',
    port: 1,
    interval: minute,
    timeout: 5_000,
    failureThreshold: 3,
    successThreshold: 2,
  }
  settings.current = { ...settings.current, vision: { canaries: [canary as never] } }
  world.set('host-0', 'silent')
  await pass(clock, 2 * minute)
  expect(of('target-0').at(-1)).toMatchObject({ verdict: 'outage' })

  world.set('host-0', 'up')
  await pass(clock, 2 * minute)
  expect(of('target-0').at(-1)).toMatchObject({ verdict: 'operational' })

  world.isCut = true
  await pass(clock, 2 * minute)
  expect(engine.isBlind()).toBe(true)
  expect(of('target-0').at(-1)).toMatchObject({ verdict: 'unknown', failure: { code: 'blind' } })
  await stop()
})
