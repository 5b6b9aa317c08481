import { makeEvent, alertEvents, incidentEvents, statusEvents, topics } from '@akashic/events'
import { systemClock } from '@akashic/shared/clock'
import { createEventBus, eventLogMigrations, type EventBus, type OutgoingEvent } from '@akashic/shared/events'
import { migrate } from '@akashic/shared/migrations'
import { eventually } from '@akashic/testbed'
import { ruleHarness, type RuleHarness } from './alert-rule/rule-harness.ts'
import { aComponent } from './service-harness.ts'
import { subscribe } from './subscriptions.ts'

let service: RuleHarness
let bus: EventBus
let stop: () => Promise<void>
const passed: number[] = []

const changed = statusEvents.component_changed
const opened = incidentEvents.opened
const fired = alertEvents.fired
const counted = (name: string, event: string) =>
  ({ kind: 'threshold', name, metric: 'events', event, above: 1, over: '5m' }) as const

beforeEach(async () => {
  service = await ruleHarness(
    [aComponent('web'), aComponent('shop')],
    counted('turns', changed.type),
    counted('incidents', opened.type),
    counted('alerts', fired.type),
  )
  const { db, url, log } = service
  await migrate(url, { ...eventLogMigrations, log })
  bus = await createEventBus({ kafkaBrokers: null, databaseUrl: url, clock: systemClock, random: Math.random, log })
  await bus.ensureTopics(topics)
  const countedTypes = () => new Set([changed.type, opened.type, fired.type])
  const subscription = await subscribe({
    db,
    events: bus,
    countedTypes,
    passOn: async ({ round }) => void passed.push(round),
  })
  stop = async () => {
    await subscription.stop(2_000)
    await bus.close()
    await service.close()
  }
})
afterEach(() => stop())

const origin = () => ({ nowMs: service.clock.now(), actor: 'service:status' })
const at = '2026-03-01T00:00:00.000Z'
const turn = (id: string): OutgoingEvent =>
  makeEvent(
    changed,
    { id },
    { id, visibility: 'public', critical: true, oldStatus: 'operational', status: 'outage', since: at },
    origin(),
  )
const incidentOf = (id: string): OutgoingEvent =>
  makeEvent(
    opened,
    { id: 'inc-1', incidentId: 'inc-1' },
    {
      ...{
        id: 'inc-1',
        severity: 'SEV-2',
        status: 'investigating',
        visibility: 'public',
        title: 'Down',
        impact: 'major',
      },
      ...{ components: [{ id, worstStatus: 'outage', isRoot: true }], componentCount: 1, startedAt: at },
    },
    origin(),
  )
const alertOf = (componentId: string): OutgoingEvent =>
  makeEvent(
    fired,
    { id: 'alr-1' },
    { id: 'alr-1', source: 'p', fingerprint: 'f', severity: 'warning', summary: 'It fails.', componentId, firedAt: at },
    origin(),
  )

test.each([
  ['changes of a component', 'turns:web', turn],
  ['incidents about it', 'incidents:web', incidentOf],
  ['alerts about it', 'alerts:web', alertOf],
] as const)('a rule counts %s, each once, and none of another one', async (_, fingerprint, event) => {
  const first = event('web')
  await bus.publish([first, first, event('shop')])
  await bus.publish([
    makeEvent(statusEvents.pulse, { id: 'pulse' }, { round: passed.length + 1, begunAt: at }, origin()),
  ])
  const before = passed.length
  await eventually(() => expect(passed.length).toBeGreaterThan(before - 1), 10_000)
  await service.pass(30_000)
  expect(await service.firing()).toEqual([])
  await bus.publish([event('web')])
  await eventually(async () => {
    await service.pass(15_000)
    expect((await service.firing()).map(([name]) => name)).toEqual([fingerprint])
  }, 20_000)
})

test('a pulse is passed on', async () => {
  await bus.publish([makeEvent(statusEvents.pulse, { id: 'pulse' }, { round: 77, begunAt: at }, origin())])
  await eventually(() => expect(passed).toContain(77), 10_000)
})
