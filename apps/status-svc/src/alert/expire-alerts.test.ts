import { configSchema } from '@akashic/config'
import { sql } from '@akashic/shared/postgres'
import { eventually } from '@akashic/testbed'
import { operator } from '../incident/incident-harness.ts'
import { hour, minute } from '../service-harness.ts'
import { alertHarness, type AlertHarness } from './alert-harness.ts'
import { expireAlerts } from './expire-alerts.ts'
import { raiseAlerts } from './raise-alerts.ts'
import { touch } from './store.ts'

let service: AlertHarness
beforeEach(async () => (service = await alertHarness()))
afterEach(() => service.close())

const tell = (source: string, job: string, endsAtMs: number | null) => {
  const labels = { alertname: 'Down', job }
  const alerting = () => configSchema.parse({ alerts: { expireAfter: '2h' } }).alerts
  const alert = { labels, annotations: {}, status: 'firing' as const, startsAtMs: null, endsAtMs }
  return raiseAlerts({ ...service, alerting }, operator, source, [alert])
}
const expireAfter = async (ms: number) => {
  service.clock.advance(ms)
  await expireAlerts(service, service.clock.now())
}
const firing = async () => (await service.list({ status: 'firing' })).alerts.map(({ labels }) => labels['job'])

test('alerts of a Prometheus that dies end at the end that it gave, once, with an event and an audit row', async () => {
  await tell('prometheus', 'a', service.clock.now() + 4 * minute)
  await expireAfter(4 * minute - 1)
  expect(await firing()).toEqual(['a'])
  service.clock.advance(1)
  await Promise.all([1, 2].map(() => expireAlerts(service, service.clock.now())))
  expect((await service.list()).alerts).toMatchObject([{ status: 'resolved', resolvedAtMs: service.clock.now() }])
  expect(service.toldOfAlerts()).toEqual(['fired', 'resolved'])
  expect(await service.actions()).toEqual(['alert.fire', 'alert.resolve'])
})

test('alerts of an Alertmanager that dies end after a while without a word of them', async () => {
  await tell('alertmanager', 'a', null)
  await tell('alertmanager', 'b', null)
  await expireAfter(hour)
  await tell('alertmanager', 'b', null)
  await expireAfter(hour - 1)
  expect(await firing()).toEqual(['b', 'a'])
  await expireAfter(1)
  expect(await firing()).toEqual(['b'])
  await expireAfter(hour)
  expect(await firing()).toEqual([])
})

test('an alert that is told of again and again goes on, and one whose end is told by its source alone does too', async () => {
  await service.raise({ labels: { job: 'own' } })
  for (let told = 0; told < 5; told++) {
    await tell('prometheus', 'a', service.clock.now() + 4 * minute)
    await expireAfter(3 * minute)
  }
  expect(await firing()).toEqual(['a', 'own'])
  await expireAfter(24 * hour)
  expect(await firing()).toEqual(['own'])
})

test('one that fires again after its end is a new alert', async () => {
  await tell('prometheus', 'a', service.clock.now() + minute)
  await expireAfter(minute)
  await tell('prometheus', 'a', service.clock.now() + minute)
  expect((await service.list()).alerts.map(({ status }) => status)).toEqual(['firing', 'resolved'])
})

test('one that is heard of at the very moment at which it would end goes on', async () => {
  await tell('prometheus', 'a', service.clock.now() + minute)
  service.clock.advance(minute)
  const nowMs = service.clock.now()
  const seen = { ...(await service.list()).alerts[0]!, expiresAtMs: nowMs + minute, componentNum: null }
  const [touched, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const heard = service.db.transaction(async (tx) => {
    await touch(tx, 'prometheus', [seen], nowMs)
    touched.resolve()
    await mayCommit.promise
  })
  await touched.promise
  const expiring = expireAlerts(service, nowMs)
  await eventually(async () => {
    const waiting = await service.db.query(sql`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)
    expect(waiting).toHaveLength(1)
  })
  mayCommit.resolve()
  await Promise.all([heard, expiring])
  expect(await firing()).toEqual(['a'])
})
