import { sql } from '@akashic/shared/postgres'
import { eventually } from '@akashic/testbed'
import { pass, ScriptedWorld, testEngine } from '../check/engine-harness.ts'
import { incidentHarness, operator } from '../incident/incident-harness.ts'
import { aComponent, anActor, aVerdict, minute } from '../service-harness.ts'
import { applyVerdicts } from '../status/apply-verdicts.ts'
import { readPaused } from '../status/ledger.ts'
import { recordGap } from '../status/record-gap.ts'
import { listHistory } from '../uptime/list-history.ts'
import { getUptime } from '../uptime/read-uptime.ts'
import { scheduleMaintenance, type ScheduleMaintenance } from './schedule.ts'
import { keepMaintenances, transitionMaintenance } from './transition.ts'

const second = 1_000
const web = { kind: 'tcp' as const, host: 'web', port: 443, interval: '20s' }

let service: Awaited<ReturnType<typeof incidentHarness>>
let world: ScriptedWorld
let engines: ReturnType<typeof startEngine>[]
beforeEach(async () => {
  service = await incidentHarness([
    aComponent('web', { critical: true, checks: [web] }),
    aComponent('other', { checks: [{ ...web, host: 'other' }] }),
  ])
  world = new ScriptedWorld(service.clock)
  engines = []
})
afterEach(async () => {
  for (const { engine } of engines) await engine.stop(10_000)
  await service.close()
})

/** A replica's checks, with verdicts and gaps that count. */
function startEngine(replicaId: string) {
  const deps = { ...service, replicaId }
  return testEngine({
    ...{ db: service.db, clock: service.clock, components: service.components, replicaId, runCheck: world.runCheck },
    monotonicMs: () => service.clock.now(),
    applyVerdicts: (tx, verdicts) => applyVerdicts(deps, tx, verdicts),
    recordGap: (tx, gap) => recordGap(deps, tx, gap),
  })
}

/** Starts a replica as the module does: what is paused is known before the first check. */
async function start(replicaId: string) {
  const test = startEngine(replicaId)
  engines.push(test)
  test.engine.pause(await readPaused(service.db))
  await test.engine.start()
  return test.engine
}

/** What every replica does each second. */
async function keep(): Promise<void> {
  await Promise.all([1, 2].map(() => keepMaintenances(service, service.clock.now())))
  for (const { engine } of engines) engine.pause(await readPaused(service.db))
}

async function live(ms: number): Promise<void> {
  for (let lived = 0; lived < ms; lived += second) {
    await pass(service.clock, second)
    await keep()
  }
}

const schedule = (more: Partial<ScheduleMaintenance> = {}) =>
  scheduleMaintenance(service, operator, {
    ...{ title: 'New disks', body: '', visibility: 'public', componentIds: ['web'], isAutomatic: true },
    ...{ scheduledForMs: service.clock.now() + minute, scheduledUntilMs: service.clock.now() + 6 * minute },
    pausesChecks: true,
    ...more,
  })

const runsOf = (host: string, sinceMs: number) => world.runs.filter((run) => run.host === host && run.atMs > sinceMs)
const shown = (id: string) => service.board.picture().components.get(id)!
const becomes = (id: string, status: string) =>
  eventually(async () => {
    await live(second)
    expect(shown(id).status).toBe(status)
  }, 30_000)
/** What subscribers heard of the component. */
const told = () =>
  service.events.filter(({ subject }) => subject === 'web').map(({ data }) => (data as { status: string }).status)

test('its checks run in no replica while it lasts, those of others do, and they run at once when it is over', async () => {
  await start('r1')
  await start('r2')
  await becomes('web', 'operational')
  const { scheduledForMs, scheduledUntilMs } = await schedule()
  await live(scheduledForMs - service.clock.now())
  await becomes('web', 'maintenance')
  world.set('web', 'refuses')
  await live(4 * minute)
  expect(runsOf('web', scheduledForMs + 2 * second)).toEqual([])
  expect(runsOf('other', scheduledForMs).length).toBeGreaterThan(10)
  expect(shown('web')).toMatchObject({ status: 'maintenance', error: null, errorDetail: null })
  world.set('web', 'up')
  await live(scheduledUntilMs - service.clock.now())
  await live(2 * second)
  expect(runsOf('web', scheduledUntilMs).length).toBeGreaterThan(0)
  await becomes('web', 'operational')
  expect(told()).toEqual(['operational', 'maintenance', 'unknown', 'operational'])
}, 60_000)

test('what was known before does not count afterwards: a target that fails then is unknown until it is down', async () => {
  await start('r1')
  await becomes('web', 'operational')
  const { scheduledUntilMs } = await schedule({ scheduledUntilMs: service.clock.now() + minute + 10 * second })
  await live(minute)
  world.set('web', 'refuses')
  await live(scheduledUntilMs - service.clock.now())
  await becomes('web', 'outage')
  expect(told()).toEqual(['operational', 'maintenance', 'unknown', 'outage'])
}, 60_000)

test('a run that is under way when it begins turns nothing, however late its result comes', async () => {
  await start('r1')
  await becomes('web', 'operational')
  world.set('web', 'silent')
  const before = world.runs.length
  await eventually(async () => {
    await live(second)
    expect(runsOf('web', world.runs[before - 1]!.atMs).length).toBeGreaterThan(0)
  }, 30_000)
  const { id } = await schedule({ isAutomatic: false })
  await transitionMaintenance(service, operator, { id, version: 1, status: 'in_progress', body: '' })
  await keep()
  await transitionMaintenance(service, operator, { id, version: 2, status: 'completed', body: '' })
  const endedMs = service.clock.now()
  await service.db.transaction((tx) => applyVerdicts(service, tx, [aVerdict('web', 'outage', endedMs - 1)]))
  await live(2 * minute)
  expect(told()).toEqual(['operational', 'maintenance', 'unknown', 'outage'])
  expect(shown('web').sinceMs).toBeGreaterThan(endedMs)
}, 60_000)

test('where checks are not paused, they run: operators see what they find, the public sees maintenance', async () => {
  await start('r1')
  await becomes('web', 'operational')
  await schedule({ pausesChecks: false })
  await live(minute)
  world.set('web', 'refuses')
  await live(2 * minute)
  expect(shown('web')).toMatchObject({ status: 'maintenance', error: null, errorCode: null })
  expect(shown('web').errorDetail).toBe('web: connection refused')
  expect(service.board.picture().overall).toBe('operational')
  await becomes('web', 'outage')
  const { intervals } = await listHistory(service, operator.principal, { componentId: 'web', limit: 3, cursor: '' })
  expect(intervals.map(({ status, error }) => [status, error])).toEqual([
    ['outage', 'connection refused'],
    ['maintenance', null],
    ['operational', null],
  ])
}, 60_000)

test('of two that overlap, one pauses while it lasts, and the component is maintained until both are over', async () => {
  await start('r1')
  await becomes('web', 'operational')
  const nowMs = service.clock.now()
  await schedule({ scheduledUntilMs: nowMs + 2 * minute })
  await schedule({ pausesChecks: false, scheduledForMs: nowMs + 90 * second, scheduledUntilMs: nowMs + 5 * minute })
  await live(2 * minute + 2 * second)
  expect(runsOf('web', nowMs + minute + second).every(({ atMs }) => atMs >= nowMs + 2 * minute)).toBe(true)
  world.set('web', 'bad')
  await live(minute)
  expect(runsOf('web', nowMs + 2 * minute).length).toBeGreaterThan(1)
  expect(shown('web')).toMatchObject({ status: 'maintenance', errorDetail: 'web: answered 500' })
  await live(3 * minute)
  expect(told()).toEqual(['operational', 'maintenance', 'degraded'])
}, 60_000)

test('two maintenances of a component that end and begin together leave it in maintenance', async () => {
  const first = await schedule({ isAutomatic: false })
  const second = await schedule({ isAutomatic: false, pausesChecks: false })
  const move = (id: string, version: number, status: 'in_progress' | 'completed') =>
    transitionMaintenance(service, operator, { id, version, status, body: '' })
  await move(first.id, 1, 'in_progress')
  await Promise.all([move(first.id, 2, 'completed'), move(second.id, 1, 'in_progress')])
  expect((await readPaused(service.db)).size).toBe(0)
  expect(told().at(-1)).toBe('maintenance')
})

test('a process that stops and starts in the middle runs no check, and its standstill is no unknown time', async () => {
  const engine = await start('r1')
  await becomes('web', 'operational')
  await schedule()
  await live(2 * minute)
  await engine.stop(10_000)
  await service.db.query(sql`
    UPDATE status.shard
       SET lease_until = lease_until - interval '1 minute', alive_at = alive_at - interval '1 minute'`)
  service.clock.advance(minute)
  const restartMs = service.clock.now()
  await start('r2')
  await live(minute)
  expect(runsOf('web', restartMs)).toEqual([])
  expect(shown('web').status).toBe('maintenance')
  expect(shown('other').status).toBe('operational')
  await live(3 * minute)
  await becomes('web', 'operational')
  expect(told()).toEqual(['operational', 'maintenance', 'unknown', 'operational'])
  const uptimeDeps = { ...service, listResponseTimes: async () => new Map() }
  const { uptime } = await getUptime(uptimeDeps, anActor('viewer').principal, 'web', 10 * minute)
  expect(uptime).toMatchObject({ downMs: 0, maintenanceMs: 5 * minute, ratio: 1 })
}, 60_000)

test('a silence of a job while its check was paused is not held against it', async () => {
  const check = { kind: 'heartbeat' as const, token: 'a-token-that-is-long-enough', interval: '1m', grace: '10s' }
  await service.configure([aComponent('web', { checks: [check] })])
  await start('r1')
  await schedule({ scheduledForMs: service.clock.now() + second })
  await live(6 * minute + second)
  expect(shown('web')).toMatchObject({ status: 'unknown' })
  await becomes('web', 'degraded')
}, 60_000)
