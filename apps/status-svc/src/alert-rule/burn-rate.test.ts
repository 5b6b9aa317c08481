import { operator } from '../incident/incident-harness.ts'
import { aComponent, aVerdict, hour, minute } from '../service-harness.ts'
import type { Verdict } from '../status/check-verdict.ts'
import { correct } from '../uptime/correct.ts'
import { ruleHarness, type RuleHarness } from './rule-harness.ts'

let service: RuleHarness
afterEach(() => service.close())

const day = 24 * hour
const budget = { kind: 'burn_rate', name: 'budget', objective: 0.99 } as const
/** What a check says holds for so long. */
const lasting = { checks: [{ kind: 'tcp' as const, host: 'x.example.org', port: 1, interval: '30d' }] }
const start = async (more: object = {}) => {
  service = await ruleHarness([aComponent('web', lasting), aComponent('shop', lasting)], { ...budget, ...more })
  await become('operational')
}
const become = async (verdict: Verdict) => {
  await service.apply(
    aVerdict('web', verdict, service.clock.now()),
    aVerdict('shop', 'operational', service.clock.now()),
  )
}
const spend = async (verdict: Verdict, ms: number) => {
  await become(verdict)
  service.clock.advance(ms)
}
const fired = async () => {
  await service.pass(minute)
  return (await service.firing()).map(([fingerprint, severity]) => [fingerprint, severity])
}

test('a budget that burns more than 14.4 times too fast over an hour and five minutes is critical', async () => {
  await start()
  await spend('operational', 4 * day)
  await spend('outage', 7 * minute)
  expect(await fired()).toEqual([])
  await spend('outage', minute)
  await service.pass(minute)
  expect(await service.firing()).toEqual([
    [
      'budget:web',
      'critical',
      expect.stringMatching(/^The web: error budget burns 1[5-6]\.\d times too fast over 1h$/),
    ],
  ])
})

test('once it burns no more the short window ends it, and the slow burn is a warning', async () => {
  await start()
  await spend('operational', 4 * day)
  await spend('outage', hour)
  expect(await fired()).toEqual([['budget:web', 'critical']])
  await spend('operational', 6 * minute)
  expect(await fired()).toEqual([['budget:web', 'critical']])
  await spend('operational', 30 * minute)
  expect(await fired()).toEqual([['budget:web', 'warning']])
  await spend('operational', 6 * hour)
  expect(await fired()).toEqual([])
  expect(service.toldOfAlerts()).toEqual(['fired', 'fired', 'resolved'])
})

test('a budget that is spent in just its thirty days does not alert, and a little faster warns', async () => {
  const windows = [{ burnRate: 1, long: '3d', short: '6h', severity: 'warning' }]
  await start({ windows })
  await spend('operational', 3 * day)
  await spend('outage', 41 * minute)
  expect(await fired()).toEqual([])
  await spend('outage', 2 * minute)
  expect(await fired()).toEqual([['budget:web', 'warning']])
})

test('only known time counts: neither what nobody measured nor maintenance dilutes it', async () => {
  const windows = [{ burnRate: 10, long: '1h', short: '1h', severity: 'critical' }]
  await start({ windows })
  await spend('operational', 2 * hour)
  await spend('unknown', 50 * minute)
  await spend('outage', 2 * minute)
  expect(await fired()).toEqual([['budget:web', 'critical']])
})

test('while nothing is known it goes on as it was', async () => {
  const windows = [{ burnRate: 10, long: '1h', short: '5m', severity: 'critical' }]
  await start({ windows })
  await spend('operational', 2 * hour)
  await spend('unknown', 2 * hour)
  expect(await fired()).toEqual([])
  await spend('outage', 10 * minute)
  expect(await fired()).toEqual([['budget:web', 'critical']])
  await spend('unknown', 2 * hour)
  expect(await fired()).toEqual([['budget:web', 'critical']])
  await spend('operational', minute)
  expect(await fired()).toEqual([])
})

test('a severity that nobody can measure any more stays, though a lesser one can be', async () => {
  await start()
  await spend('operational', 4 * day)
  await spend('outage', 2 * hour)
  expect(await fired()).toEqual([['budget:web', 'critical']])
  await spend('unknown', 90 * minute)
  expect(await fired()).toEqual([['budget:web', 'critical']])
})

test('an outage that was none, as a person found, ends it', async () => {
  await start()
  await spend('operational', 4 * day)
  const fromMs = service.clock.now()
  await spend('outage', 10 * minute)
  expect(await fired()).toEqual([['budget:web', 'critical']])
  await become('operational')
  const toMs = service.clock.now()
  await correct(service, operator, { componentId: 'web', fromMs, toMs, status: 'operational', reason: 'Wrong host.' })
  expect(await fired()).toEqual([])
})
