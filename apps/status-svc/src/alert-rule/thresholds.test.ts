import { sql } from '@akashic/shared/postgres'
import { rollUp } from '../check/rollup/roll-up.ts'
import { aComponent, hour, minute } from '../service-harness.ts'
import { recordRuleEvent } from './record-event.ts'
import { pruneRuleEvents } from './prune-rule-events.ts'
import { ruleHarness, type RuleHarness } from './rule-harness.ts'

let service: RuleHarness
afterEach(() => service.close())

const changed = 'akashic.status.component_changed.v1'
const web = () => [aComponent('web'), aComponent('shop')]
const slowly = () => service.ran('web', 'operational', 2_300)
const quickly = () => service.ran('web', 'operational', 80)
const tellOf = (componentId: string, id: string) =>
  service.db.transaction((tx) => recordRuleEvent(tx, { id, type: changed, componentId, atMs: service.clock.now() }))

test('slow responses fire after a while, told since they began, and end a while after they were slow last', async () => {
  service = await ruleHarness(web(), {
    ...{ kind: 'threshold', name: 'slow', metric: 'response_time_p95', above: 1_000, over: '1m' },
    ...{ for: '2m', keepFiringFor: '3m', severity: 'critical' },
  })
  await service.pass(2 * minute, quickly)
  await service.pass(2 * minute, slowly)
  expect(await service.firing()).toEqual([])
  const slowSinceMs = service.clock.now() - 2 * minute + 15_000
  await service.pass(15_000, slowly)
  expect(await service.firing()).toEqual([['slow:web', 'critical', 'The web: 2.3 s in 1m, more than 1 s']])
  const [alert] = (await service.list({ status: 'firing' })).alerts
  expect(alert).toMatchObject({ source: 'rule', component: { id: 'web' }, firedAtMs: slowSinceMs })
  // The last slow one leaves the window after a minute, and the alert lasts for three after it was there last.
  await service.pass(3 * minute + 30_000, quickly)
  expect(await service.firing()).toHaveLength(1)
  await service.pass(15_000, quickly)
  expect(await service.firing()).toEqual([])
  expect(service.toldOfAlerts()).toEqual(['fired', 'resolved'])
})

test('the slowest response counts for a rule about the maximum, also one that failed', async () => {
  service = await ruleHarness(web(), {
    ...{ kind: 'threshold', name: 'slowest', metric: 'response_time_max', above: 250, over: '1h' },
  })
  await quickly()
  await service.ran('shop', 'outage', 300)
  await service.pass(minute)
  expect(await service.firing()).toEqual([['slowest:shop', 'warning', 'The shop: 300 ms in 1h, more than 250 ms']])
})

test('one outage in four measured runs is a failure ratio of a quarter, and runs that measured nothing do not count', async () => {
  service = await ruleHarness(
    web(),
    { kind: 'threshold', name: 'above', metric: 'failure_ratio', above: 0.24, over: '10m' },
    { kind: 'threshold', name: 'not-above', metric: 'failure_ratio', above: 0.25, over: '10m' },
  )
  const outcomes = ['operational', 'unknown', 'outage', 'unknown', 'operational', 'degraded'] as const
  for (const outcome of outcomes) {
    await service.ran('web', outcome)
    service.clock.advance(minute)
  }
  await service.pass(15_000)
  expect(await service.firing()).toEqual([['above:web', 'warning', 'The web: 25 % in 10m, more than 24 %']])
})

test('of a long window roll-ups count as far as they reach, and results from there on', async () => {
  const over = { kind: 'threshold', metric: 'failure_ratio', over: '2h' } as const
  service = await ruleHarness(
    web(),
    { ...over, name: 'above', above: 0.49 },
    { ...over, name: 'not-above', above: 0.5 },
  )
  await service.ran('web', 'outage')
  service.clock.advance(30 * minute)
  await service.ran('web', 'operational')
  service.clock.advance(10 * minute)
  await rollUp(service.db, service.clock.now())
  // What is rolled up may be removed: it counts all the same, and once.
  await service.db.query(sql`DELETE FROM status.check_result`)
  await service.ran('web', 'outage')
  service.clock.advance(20 * minute)
  await service.ran('web', 'operational')
  await service.pass(2 * minute)
  expect(await service.firing()).toEqual([['above:web', 'warning', 'The web: 50 % in 2h, more than 49 %']])
  service.clock.advance(65 * minute)
  await service.pass(2 * minute)
  expect(await service.firing()).toEqual([])
})

test('while nothing is measured an alert about failures goes on', async () => {
  const rule = { kind: 'threshold', name: 'failing', metric: 'failure_ratio', above: 0.5, over: '1m' } as const
  service = await ruleHarness(web(), rule)
  await service.pass(minute, () => service.ran('web', 'outage'))
  await service.pass(hour, () => service.ran('web', 'unknown'))
  expect((await service.firing()).map(([fingerprint]) => fingerprint)).toEqual(['failing:web'])
  await service.pass(15_000, () => service.ran('web', 'operational'))
  expect(await service.firing()).toEqual([])
})

test('nothing measured for longer than allowed fires, from when it stopped or anybody looked', async () => {
  service = await ruleHarness([...web(), { id: 'unchecked', name: 'Unchecked' }], {
    ...{ kind: 'absence', name: 'silent', over: '10m' },
  })
  await service.pass(9 * minute, quickly)
  expect(await service.firing()).toEqual([])
  await service.pass(minute + 30_000, quickly)
  expect(await service.firing()).toEqual([['silent:shop', 'warning', 'The shop: nothing for 10m']])
  await service.pass(10 * minute + 15_000, () => service.ran('web', 'unknown'))
  expect(await service.firing()).toHaveLength(1)
  await service.pass(15_000, () => service.ran('web', 'unknown'))
  expect((await service.firing()).map(([fingerprint]) => fingerprint)).toEqual(['silent:shop', 'silent:web'])
  await service.pass(15_000, quickly)
  expect((await service.firing()).map(([fingerprint]) => fingerprint)).toEqual(['silent:shop'])
})

test('a break in which nobody looked is no absence', async () => {
  service = await ruleHarness(web(), { ...{ kind: 'absence', name: 'silent', over: '5m' }, components: ['web'] })
  await service.pass(minute, quickly)
  service.clock.advance(30 * minute)
  await service.pass(minute, async () => undefined)
  expect(await service.firing()).toEqual([])
  await service.pass(5 * minute, async () => undefined)
  expect((await service.firing()).map(([fingerprint]) => fingerprint)).toEqual(['silent:web'])
})

test('events are counted once each, by component, within the window', async () => {
  service = await ruleHarness(web(), {
    ...{ kind: 'threshold', name: 'changes', metric: 'events', event: changed, above: 2, over: '10m' },
    summary: '{{component}} changed {{value}} times',
  })
  for (const id of ['a', 'b', 'b', 'b']) await tellOf('web', id)
  await tellOf('shop', 'c')
  await tellOf('nobody', 'd')
  await service.pass(15_000)
  expect(await service.firing()).toEqual([])
  await tellOf('web', 'e')
  await service.pass(15_000)
  expect(await service.firing()).toEqual([['changes:web', 'warning', 'The web changed 3 times']])
  await service.pass(10 * minute)
  expect(await service.firing()).toEqual([])
})

test('an event that does not come is missed, from when anybody began to look', async () => {
  service = await ruleHarness(web())
  await service.pass(hour)
  service.useRules({ kind: 'absence', name: 'missing', event: changed, over: '10m' })
  await service.pass(5 * minute)
  await tellOf('web', 'a')
  await service.pass(5 * minute)
  expect(await service.firing()).toEqual([])
  await service.pass(30_000)
  expect((await service.firing()).map(([fingerprint]) => fingerprint)).toEqual(['missing:shop'])
  await tellOf('shop', 'b')
  await service.pass(15_000)
  expect(await service.firing()).toEqual([])
})

test('events are kept for longer than any window, and no longer', async () => {
  service = await ruleHarness(web(), { kind: 'threshold', name: 'any', metric: 'events', event: changed, above: 0 })
  await tellOf('web', 'a')
  await pruneRuleEvents(service, service.clock.now() + 7 * 24 * hour)
  await service.pass(15_000)
  expect(await service.firing()).toHaveLength(1)
  await pruneRuleEvents(service, service.clock.now() + 9 * 24 * hour)
  await service.pass(15_000)
  expect(await service.firing()).toEqual([])
})
