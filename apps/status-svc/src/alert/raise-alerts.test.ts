import { configSchema, type AlertSettings } from '@akashic/config'
import { sql, type Database, type Transaction } from '@akashic/shared/postgres'
import { operator } from '../incident/incident-harness.ts'
import { aComponent, anActor, hour, minute } from '../service-harness.ts'
import { alertHarness } from './alert-harness.ts'
import type { LabelledAlert } from './labelled-alert.ts'
import { raiseAlerts } from './raise-alerts.ts'

/** How often the database was asked, and how often a transaction was begun. */
function counted(db: Database) {
  const counts = { statements: 0, transactions: 0, attempts: 0 }
  const query: Database['query'] = (statement) => {
    counts.statements += 1
    return db.query(statement)
  }
  const transaction: Database['transaction'] = (work) => {
    counts.transactions += 1
    return db.transaction((tx) => {
      counts.attempts += 1
      const countingQuery: Transaction['query'] = (statement) => {
        counts.statements += 1
        return tx.query(statement)
      }
      return work({ ...tx, query: countingQuery })
    })
  }
  return { counts, db: { ...db, query, transaction } }
}

const anAlert = (job: string, more: Partial<LabelledAlert> = {}): LabelledAlert => ({
  labels: { alertname: 'Down', job, severity: 'critical' },
  annotations: { summary: 'It is down.' },
  ...{ status: 'firing', startsAtMs: null, endsAtMs: null },
  ...more,
})

async function startAlerts() {
  const service = await alertHarness([aComponent('web')])
  let settings: AlertSettings = configSchema.parse({}).alerts
  const { counts, db } = counted(service.db)
  return {
    ...service,
    counts,
    tell: (alerts: readonly LabelledAlert[], source = 'prometheus', actor = operator) =>
      raiseAlerts({ ...service, db, alerting: () => settings }, actor, source, alerts),
    /** What the configuration says from now on of which labels are about which component. */
    map: (...components: AlertSettings['components']) => void (settings = { ...settings, components }),
    summaries: async () => (await service.list()).alerts.map(({ summary }) => summary),
    rows: async () => {
      const [row] = await service.db.query<{ rows: number; fingerprints: number }>(sql`
        SELECT count(*) AS rows, count(DISTINCT fingerprint) AS fingerprints FROM status.alert WHERE status = 'firing'`)
      return row!
    },
  }
}

let service: Awaited<ReturnType<typeof startAlerts>>
beforeEach(async () => (service = await startAlerts()))
afterEach(() => service.close())

test('an alert that fires already is about the component that a new mapping says, until it is in an incident', async () => {
  await service.tell([anAlert('api')])
  expect((await service.list()).alerts[0]!.component).toBeNull()
  service.map({ labels: { job: 'api' }, component: 'web' })
  await service.tell([anAlert('api')])
  expect((await service.list()).alerts).toMatchObject([{ component: { id: 'web' }, version: 2 }])
  const { num } = await service.open()
  await service.db.query(sql`UPDATE status.alert SET incident_num = ${num}`)
  service.map()
  await service.tell([anAlert('api')])
  expect((await service.list()).alerts).toMatchObject([{ component: { id: 'web' }, version: 2 }])
})

const several = (count: number, more: Partial<LabelledAlert> = {}) =>
  Array.from({ length: count }, (_, n) => anAlert(`job-${n}`, more))

describe('a batch of alerts', () => {
  test('is taken with its labels, told and audited, and says what became of it', async () => {
    await service.tell([anAlert('old')])
    const labels = { alertname: 'Slow', component: 'web', severity: 'page' }
    const outcome = await service.tell([
      anAlert('a', { labels, startsAtMs: service.clock.now() - hour }),
      anAlert('old', { status: 'resolved' }),
      anAlert('never', { endsAtMs: service.clock.now() - minute }),
    ])
    expect(outcome).toEqual({ fired: 1, resolved: 2, refused: [] })
    expect((await service.list()).alerts).toMatchObject([
      { labels, severity: 'critical', component: { id: 'web' }, firedAtMs: service.clock.now() - hour },
      { status: 'resolved', labels: { job: 'old' } },
    ])
    expect(service.toldOfAlerts().toSorted()).toEqual(['fired', 'fired', 'resolved'])
    expect((await service.actions()).toSorted()).toEqual(['alert.fire', 'alert.fire', 'alert.resolve'])
  })

  test('told again is one statement, and raises nothing anew', async () => {
    await service.tell(several(100))
    const before = [await service.actions(), service.toldOfAlerts()]
    service.clock.advance(minute)
    Object.assign(service.counts, { statements: 0, transactions: 0 })
    expect(await service.tell(several(100).toReversed(), ' prometheus ')).toMatchObject({ fired: 100, refused: [] })
    expect(service.counts).toMatchObject({ statements: 1, transactions: 1 })
    expect([await service.actions(), service.toldOfAlerts()]).toEqual(before)
    const { alerts } = await service.list({ limit: 200 })
    expect(alerts).toHaveLength(100)
    for (const { version, lastSeenAtMs } of alerts) expect([version, lastSeenAtMs]).toEqual([1, service.clock.now()])
  })

  test('with another summary takes that over, and tells of it again only where it is graver', async () => {
    const told = (summary: string) => service.tell([anAlert('a', { annotations: { summary } })])
    await told('A tenth fails.')
    expect(await told('Half fails.')).toEqual({ fired: 1, resolved: 0, refused: [] })
    expect(await service.summaries()).toEqual(['Half fails.'])
    expect((await service.list()).alerts).toMatchObject([{ version: 2 }])
    expect(service.toldOfAlerts()).toEqual(['fired'])
    expect(await service.actions()).toEqual(['alert.fire'])
  })

  test('that names one alert twice takes what it says last', async () => {
    const twice = [
      anAlert('a', { annotations: { summary: 'First.' } }),
      anAlert('b', { status: 'resolved' }),
      anAlert('a', { annotations: { summary: 'Last.' } }),
      anAlert('b'),
    ]
    expect(await service.tell(twice)).toEqual({ fired: 2, resolved: 0, refused: [] })
    expect((await service.summaries()).toSorted()).toEqual(['It is down.', 'Last.'])
    expect(service.toldOfAlerts()).toEqual(['fired', 'fired'])
  })

  test('is taken but for what nothing can be made of, which is told by its place', async () => {
    const labels = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`l${n}`, 'x']))
    const outcome = await service.tell([
      anAlert('a\0b'),
      anAlert('good'),
      anAlert('early', { startsAtMs: -1 }),
      anAlert('a\ud800'),
      anAlert('many', { labels: { alertname: 'Down', ...labels } }),
      anAlert('x'.repeat(5_000)),
      anAlert('late', { endsAtMs: 9e15 }),
      anAlert('odd', { labels: { alertname: 'Odd', severity: 'constructor', ['__proto__']: 'x' } }),
    ])
    expect(outcome).toMatchObject({ fired: 2, resolved: 0 })
    expect(outcome.refused.map(({ index }) => index)).toEqual([0, 2, 3, 4, 5, 6])
    expect((await service.list()).alerts.map(({ labels: { alertname } }) => alertname).toSorted()).toEqual([
      'Down',
      'Odd',
    ])
  })

  test('of nothing is nothing', async () => {
    expect(await service.tell([])).toEqual({ fired: 0, resolved: 0, refused: [] })
    expect(service.counts.transactions).toBe(0)
  })

  test.each([
    ['a viewer', [], 'prometheus', anActor('viewer'), { code: 'permission_denied' }],
    ['a limited key', [], 'prometheus', anActor('operator', { scope: ['web'] }), { code: 'permission_denied' }],
    ['nobody', [], ' ', operator, { fields: [{ pointer: '/source' }] }],
    ['who tells of too many', Array<LabelledAlert>(10_001), 'x', operator, { fields: [{ pointer: '/alerts' }] }],
  ])('from %s is refused', async (_, alerts, source, actor, refusal) => {
    await expect(service.tell(alerts, source, actor)).rejects.toMatchObject(refusal)
  })

  test('is apart from the same batch of another source', async () => {
    await service.tell(several(2))
    await service.tell(several(2), 'alertmanager')
    expect(await service.rows()).toEqual({ rows: 4, fingerprints: 2 })
  })
})

test('an alert that was resolved and fires again is a new one', async () => {
  await service.tell([anAlert('a')])
  await service.tell([anAlert('a', { status: 'resolved' })])
  await service.tell([anAlert('a', { status: 'resolved' })])
  await service.tell([anAlert('a')])
  const { alerts } = await service.list()
  expect(alerts.map(({ status }) => status)).toEqual(['firing', 'resolved'])
  expect(new Set(alerts.map(({ id }) => id)).size).toBe(2)
  expect(service.toldOfAlerts()).toEqual(['fired', 'resolved', 'fired'])
})

test('two batches at once in opposite order do not wait for each other, and raise each alert once', async () => {
  for (let round = 0; round < 20; round++) {
    const inRound = (more: Partial<LabelledAlert> = {}) =>
      Array.from({ length: 40 }, (_, n) => anAlert(`${round}-${n}`, more))
    const atOnce = (alerts: readonly LabelledAlert[]) =>
      Promise.all([service.tell(alerts), service.tell(alerts.toReversed())])
    for (const outcome of await atOnce(inRound())) expect(outcome).toEqual({ fired: 40, resolved: 0, refused: [] })
    await atOnce(inRound({ annotations: { summary: 'Worse.' } }))
    await atOnce(inRound({ annotations: { summary: 'Worse.' } }))
    await atOnce(inRound({ status: 'resolved' }))
    expect(await service.rows()).toEqual({ rows: 0, fingerprints: 0 })
  }
  expect(service.counts.attempts).toBe(service.counts.transactions)
  const told = service.toldOfAlerts()
  expect([told.length, told.filter((name) => name === 'fired').length]).toEqual([1_600, 800])
}, 120_000)

test('10,000 alerts are taken in batches of 500, and are 100 statements when they are told again', async () => {
  const alerts = several(10_000)
  const tellAll = async () => {
    let fired = 0
    for (let from = 0; from < alerts.length; from += 500) {
      fired += (await service.tell(alerts.slice(from, from + 500))).fired
    }
    return fired
  }
  expect(await tellAll()).toBe(10_000)
  expect(await service.rows()).toEqual({ rows: 10_000, fingerprints: 10_000 })
  expect(service.toldOfAlerts()).toHaveLength(10_000)
  service.counts.statements = 0
  expect(await tellAll()).toBe(10_000)
  expect(service.counts.statements).toBe(100)
  expect(service.toldOfAlerts()).toHaveLength(10_000)
}, 300_000)
