import { sql } from '@akashic/shared/postgres'
import { operator } from '../incident/incident-harness.ts'
import { scheduleMaintenance } from '../maintenance/schedule.ts'
import { keepMaintenances } from '../maintenance/transition.ts'
import { aComponent, minute } from '../service-harness.ts'
import { recordRuleEvent } from './record-event.ts'
import { ruleHarness, type RuleHarness, type RuleInput } from './rule-harness.ts'
import { tryToBeAlone } from './store.ts'

let service: RuleHarness
afterEach(() => service.close())

const changed = 'akashic.status.component_changed.v1'
const counting = (name: string, more: object = {}): RuleInput => ({
  ...{ kind: 'threshold', name, metric: 'events', event: changed, above: 0, over: '1h' },
  ...more,
})
const names = async () => (await service.firing()).map(([fingerprint]) => fingerprint)
const happenTo = (...componentIds: readonly string[]) =>
  service.db.transaction(async (tx) => {
    const atMs = service.clock.now()
    for (const componentId of componentIds) {
      await recordRuleEvent(tx, { id: `${componentId} at ${atMs}`, type: changed, componentId, atMs })
    }
  })

test('a rule is about the components that it names and those of its groups, and about all when it names none', async () => {
  service = await ruleHarness(
    [
      aComponent('web'),
      aComponent('shop', { group: 'Money' }),
      aComponent('bank', { group: 'Money' }),
      aComponent('mail'),
    ],
    counting('some', { components: ['web', 'bank'], groups: ['Money'] }),
    counting('all'),
  )
  await happenTo('web', 'shop', 'bank', 'mail')
  await service.pass(15_000)
  expect(await names()).toEqual(['all:bank', 'all:mail', 'all:shop', 'all:web', 'some:bank', 'some:shop', 'some:web'])
})

test('a rule that is configured no more ends its alerts, and one that is about less those about the rest', async () => {
  service = await ruleHarness([aComponent('web'), aComponent('shop')], counting('one'), counting('other'))
  await happenTo('web', 'shop')
  await service.pass(15_000)
  expect(await names()).toEqual(['one:shop', 'one:web', 'other:shop', 'other:web'])
  service.useRules(counting('other', { components: ['shop'] }))
  await service.pass(15_000)
  expect(await names()).toEqual(['other:shop'])
  service.useRules()
  await service.pass(15_000)
  expect(await names()).toEqual([])
})

test('an alert carries the name of its rule as its label', async () => {
  service = await ruleHarness([aComponent('web')], counting('any'))
  await happenTo('web')
  await service.pass(15_000)
  expect((await service.list()).alerts).toMatchObject([{ labels: { alertname: 'any' } }])
})

test('a component that is deleted ends its alerts', async () => {
  service = await ruleHarness([aComponent('web'), aComponent('shop')], counting('any'))
  await happenTo('web', 'shop')
  await service.pass(15_000)
  await service.configure([aComponent('shop')])
  await service.pass(15_000)
  expect(await names()).toEqual(['any:shop'])
})

test('an alert that somebody resolved by hand fires again while its rule holds', async () => {
  service = await ruleHarness([aComponent('web')], counting('any'))
  await happenTo('web')
  await service.pass(15_000)
  await service.raise({ source: 'rule', fingerprint: 'any:web', status: 'resolved' })
  expect(await names()).toEqual([])
  await service.pass(2 * minute)
  expect(await names()).toEqual(['any:web'])
})

test('a component that is renamed while its alert fires keeps it, until it ends', async () => {
  service = await ruleHarness([aComponent('web')], counting('any'))
  await happenTo('web')
  await service.pass(15_000)
  await service.configure([aComponent('site', { renamedFrom: 'web' })])
  await service.pass(2 * minute)
  expect(await names()).toEqual(['any:web'])
  await service.pass(60 * minute)
  expect(await names()).toEqual([])
})

test('of a component in maintenance nothing begins to fire, and nothing ends', async () => {
  service = await ruleHarness([aComponent('web'), aComponent('shop')], counting('any', { over: '10m' }))
  await happenTo('shop')
  await service.pass(15_000)
  await scheduleMaintenance(service, operator, {
    ...{ title: 'New disks', body: '', visibility: 'public', componentIds: ['web', 'shop'] },
    ...{ pausesChecks: false, isAutomatic: true },
    scheduledForMs: service.clock.now() + minute,
    scheduledUntilMs: service.clock.now() + 30 * minute,
  })
  await service.pass(minute)
  await keepMaintenances(service, service.clock.now())
  await happenTo('web')
  await service.pass(20 * minute)
  expect(await names()).toEqual(['any:shop'])
  await service.pass(9 * minute)
  await happenTo('web')
  await keepMaintenances(service, service.clock.now())
  await service.pass(15_000)
  expect(await names()).toEqual(['any:web'])
})

test('two replicas at once raise one alert, and end it once', async () => {
  service = await ruleHarness([aComponent('web'), aComponent('shop')], counting('any', { over: '1m' }))
  for (let round = 1; round <= 5; round++) {
    await happenTo('web')
    await service.pass(15_000, undefined, 2)
    expect(await names()).toEqual(['any:web'])
    await service.pass(minute, undefined, 2)
    expect(await names()).toEqual([])
  }
  expect(service.toldOfAlerts()).toEqual(Array.from({ length: 5 }, () => ['fired', 'resolved']).flat())
  // Each quarter of a minute the rule, and those that are configured no more.
  expect(await service.evaluations()).toBe(2 * 5 * 5)
})

test('a rule that another replica is still evaluating is left to it', async () => {
  service = await ruleHarness([aComponent('web')], counting('any'), counting('other'))
  await happenTo('web')
  await service.db.transaction(async (tx) => {
    expect(await tryToBeAlone(tx, 'any')).toBe(true)
    await service.pass(minute)
  })
  expect(await names()).toEqual(['other:web'])
  await service.pass(minute)
  expect(await names()).toEqual(['any:web', 'other:web'])
})

test('a rule whose alert cannot be raised, and one whose figures cannot be measured, hold up no other', async () => {
  service = await ruleHarness(
    [aComponent('web')],
    counting('bad'),
    counting('good'),
    { kind: 'absence', name: 'blind', over: '10m' },
    counting('late', { over: '2h' }),
  )
  await service.db.query(sql`
    ALTER TABLE status.alert ADD CONSTRAINT refuse CHECK (fingerprint <> 'bad:web')`)
  await service.db.query(sql`ALTER TABLE status.check_state RENAME TO check_state_away`)
  await happenTo('web')
  await service.pass(minute)
  expect(await names()).toEqual(['good:web', 'late:web'])
  const failures = await service.metric('akashic_alert_rule_failures_total')
  expect(failures).toMatch(/rule="bad"\} [1-9]/)
  expect(failures).toMatch(/rule="blind"\} [1-9]/)
  expect(failures).not.toMatch(/good|late/)
})

test('a mass of alerts is raised some at a time, and all in the end', async () => {
  const many = Array.from({ length: 510 }, (_, i) => aComponent(`c${i}`))
  service = await ruleHarness(many, counting('any'))
  await happenTo(...many.map(({ id }) => id))
  const fire = async () => {
    await service.pass(15_000)
    return service.toldOfAlerts().length
  }
  expect([await fire(), await fire(), await fire()]).toEqual([500, 510, 510])
})

test('the last pass is known by every replica, and is no later than what cannot be measured any more', async () => {
  service = await ruleHarness([aComponent('web')], counting('any'), { kind: 'absence', name: 'silent', over: '10m' })
  const [first, second] = service.replicas
  expect(first!.lastPassAtMs()).toBeNull()
  await service.pass(minute)
  const passedAtMs = service.clock.now()
  expect(first!.lastPassAtMs()).toBe(passedAtMs)
  await second!.tick(passedAtMs)
  expect(second!.lastPassAtMs()).toBe(passedAtMs)
  expect(await service.metric('akashic_alert_rules')).toContain('akashic_alert_rules 2')
  await service.db.query(sql`ALTER TABLE status.check_state RENAME TO check_state_away`)
  await service.pass(10 * minute)
  expect(first!.lastPassAtMs()).toBeLessThan(passedAtMs + minute)
})
