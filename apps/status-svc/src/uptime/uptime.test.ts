import { systemActor } from '@akashic/shared/audit'
import { encodeCursor } from '@akashic/shared/http'
import { sql, type Transaction } from '@akashic/shared/postgres'
import { listAudit } from '../audit/list.ts'
import { aComponent, anActor, aVerdict, hour, minute, serviceHarness, type ServiceHarness } from '../service-harness.ts'
import type { Verdict } from '../status/check-verdict.ts'
import { correct } from './correct.ts'
import { dayMs } from './days.ts'
import { listHistory } from './list-history.ts'
import { createPageUptime } from './page-uptime.ts'
import { getUptime, listUptime } from './read-uptime.ts'
import { rollUpDays } from './roll-up-days.ts'

let service: ServiceHarness
let start: number
afterEach(() => service.close())

const operator = anActor()
const reader = anActor('viewer').principal
const retentionMs = () => 400 * dayMs

async function given(...inputs: Parameters<typeof serviceHarness>[0]) {
  service = await serviceHarness(inputs)
  start = service.clock.now()
}

const rollUp = () => rollUpDays({ db: service.db, retentionMs }, service.clock.now())
const deps = () => ({ ...service, listResponseTimes: async () => new Map() })
const uptimeOf = async (id: string) => (await listUptime(deps(), reader, [id]))[0]!

/** Ten days in which a component was checked each minute that it was not left alone, told by its turns only. */
async function live(id: string, turns: readonly (readonly [number, Verdict])[]) {
  for (const [atMs, verdict] of turns) await service.apply(aVerdict(id, verdict, start + atMs))
}

const intervalOfADay = { checks: [{ kind: 'tcp' as const, host: 'x.example.org', port: 1, interval: '30d' }] }

test('uptime, bars and the page tell the same before and after days are rolled up', async () => {
  await given(aComponent('web', { ...intervalOfADay, critical: true }), aComponent('api', intervalOfADay))
  await live('web', [[0, 'operational'], [5 * hour, 'outage'], [9 * hour, 'operational'], [60 * hour, 'degraded'], [70 * hour, 'outage'], [80 * hour, 'operational']]) // prettier-ignore
  await live('api', [
    [hour, 'operational'],
    [100 * hour, 'outage'],
    [101 * hour, 'operational'],
  ])
  service.clock.advance(10 * dayMs + 7 * hour)
  const page = createPageUptime(service)
  await page.load()
  const before = [
    await uptimeOf('web'),
    await uptimeOf('api'),
    page.windows('operational', service.clock.now()),
    page.since(),
  ]
  await rollUp()
  const rows = await service.db.query<{ n: number }>(sql`SELECT count(*) AS n FROM status.uptime_day`)
  expect(rows[0]!.n).toBe(30)
  await page.load()
  expect([
    await uptimeOf('web'),
    await uptimeOf('api'),
    page.windows('operational', service.clock.now()),
    page.since(),
  ]).toEqual(before)
  const { windows, days } = await uptimeOf('web')
  expect(windows.last30d).toMatchObject({
    downMs: 14 * hour,
    knownMs: 10 * dayMs + 7 * hour,
    ratio: 1 - (14 * hour) / (10 * dayMs + 7 * hour),
  })
  expect(days.at(-11)!.totals).toMatchObject({ operational: 20 * hour, outage: 4 * hour })
  expect(days.at(-12)!.totals.unknown).toBe(dayMs)
})

test('the page has been operational since the last component that mattered recovered, days ago', async () => {
  await given(aComponent('web', { ...intervalOfADay, critical: true }), aComponent('api', intervalOfADay))
  await live('web', [
    [0, 'operational'],
    [30 * hour, 'outage'],
    [31 * hour, 'operational'],
  ])
  await live('api', [
    [0, 'operational'],
    [90 * hour, 'degraded'],
  ])
  service.clock.advance(10 * dayMs)
  const page = createPageUptime(service)
  await page.load()
  expect(page.since()).toEqual({ overall: 'operational', sinceMs: start + 31 * hour })
  await rollUp()
  await page.load()
  expect(page.since()).toEqual({ overall: 'operational', sinceMs: start + 31 * hour })
  expect(page.windows('operational', service.clock.now()).last30d.downMs).toBe(hour)
})

test('internal components have no part in the uptime of the page', async () => {
  await given(
    aComponent('web', { ...intervalOfADay, critical: true }),
    aComponent('db', { ...intervalOfADay, critical: true, visibility: 'internal' }),
  )
  await live('web', [[0, 'operational']])
  await live('db', [[0, 'outage']])
  service.clock.advance(2 * dayMs)
  const page = createPageUptime(service)
  await page.load()
  expect(page.windows('operational', service.clock.now()).last24h).toMatchObject({ downMs: 0, knownMs: dayMs })
})

test('a correction changes uptime, bars and history of the past, and leaves the original to be seen', async () => {
  await given(aComponent('web', { ...intervalOfADay, critical: true }))
  await live('web', [
    [0, 'operational'],
    [10 * hour, 'outage'],
    [12 * hour, 'operational'],
  ])
  service.clock.advance(3 * dayMs)
  await rollUp()
  expect((await uptimeOf('web')).windows.last7d.downMs).toBe(2 * hour)

  const request = {
    componentId: 'web',
    fromMs: start + 10 * hour,
    toMs: start + 11 * hour,
    status: 'maintenance' as const,
    reason: ' planned move ',
  }
  const correction = await correct(service, operator, request)
  expect(correction).toMatchObject({ authorName: 'Ada', reason: 'planned move', createdAtMs: service.clock.now() })
  const page = createPageUptime(service)
  for (const isRolledUp of [false, true]) {
    if (isRolledUp) await rollUp()
    await page.load()
    const { windows, days } = await uptimeOf('web')
    expect(windows.last7d).toMatchObject({ downMs: hour, maintenanceMs: hour })
    expect(days.at(-4)!.totals).toMatchObject({ outage: hour, maintenance: hour })
    expect(page.windows('operational', service.clock.now()).last7d.downMs).toBe(hour)
  }
  const { intervals } = await listHistory(service, reader, { componentId: 'web', limit: 0, cursor: '' })
  expect(intervals.map(({ status, corrected }) => [status, corrected?.originalStatus ?? null])).toEqual([
    ['operational', null],
    ['outage', null],
    ['maintenance', 'outage'],
    ['operational', null],
  ])
  const { entries } = await listAudit(service, systemActor('status').principal, {
    limit: 1,
    cursor: '',
    subject: 'web',
  })
  expect(entries[0]).toMatchObject({
    action: 'correction.create',
    actorName: 'Ada',
    requestId: 'req-1',
    detail: { reason: 'planned move', status: 'maintenance' },
  })
})

test('a correction that makes no sense is refused with every reason at once', async () => {
  await given(aComponent('web'))
  service.clock.advance(hour)
  const refused = correct(service, operator, {
    componentId: 'web',
    fromMs: start + 2 * hour,
    toMs: start + 2 * hour,
    status: 'operational',
    reason: ' ',
  })
  await expect(refused).rejects.toMatchObject({
    code: 'invalid_argument',
    fields: [{ pointer: '/to' }, { pointer: '/to' }, { pointer: '/reason' }],
  })
  const before = correct(service, operator, {
    componentId: 'web',
    fromMs: start - 1,
    toMs: start + 1,
    status: 'operational',
    reason: 'x',
  })
  await expect(before).rejects.toMatchObject({ fields: [{ pointer: '/from' }] })
  const nobody = correct(service, operator, {
    componentId: 'nope',
    fromMs: start,
    toMs: start + 1,
    status: 'operational',
    reason: 'x',
  })
  await expect(nobody).rejects.toMatchObject({ code: 'not_found' })
})

test('a principal limited to some components corrects and reads no others', async () => {
  await given(aComponent('web'), aComponent('api'))
  service.clock.advance(hour)
  const limited = anActor('operator', { scope: ['api'] })
  const request = { componentId: 'web', fromMs: start, toMs: start + 1, status: 'outage' as const, reason: 'x' }
  await expect(correct(service, limited, request)).rejects.toMatchObject({ code: 'permission_denied' })
  await expect(getUptime(deps(), limited.principal, 'web', hour)).rejects.toMatchObject({ code: 'permission_denied' })
  expect((await listUptime(deps(), limited.principal, [])).map(({ componentId }) => componentId)).toEqual(['api'])
})

test('what is learned late of a day that is rolled up already is told all the same', async () => {
  await given(aComponent('web', { critical: true }))
  await live('web', [[0, 'operational']])
  service.clock.advance(dayMs + hour)
  await service.gap(start + 2 * hour, start + dayMs, 'web')
  await rollUp()
  expect((await uptimeOf('web')).days.at(-2)!.totals).toMatchObject({ operational: 2 * hour, unknown: 22 * hour })
  await service.gap(start + hour, start + 2 * hour, 'web')
  for (const isRolledUp of [false, true]) {
    if (isRolledUp) await rollUp()
    expect((await uptimeOf('web')).days.at(-2)!.totals).toMatchObject({ operational: hour, unknown: 23 * hour })
  }
})

test('a component found stale today, but last seen yesterday, takes that back from the day that is rolled up already', async () => {
  await given(aComponent('web', { checks: [{ kind: 'tcp', host: 'x.example.org', port: 1, interval: '6h' }] }))
  await live('web', [
    [0, 'operational'],
    [10 * hour, 'operational'],
    [20 * hour, 'operational'],
  ])
  service.clock.advance(26 * hour)
  await rollUp()
  expect((await uptimeOf('web')).days.at(-2)!.totals.operational).toBe(24 * hour)
  service.clock.advance(13 * hour)
  await service.expire()
  for (const isRolledUp of [false, true]) {
    if (isRolledUp) await rollUp()
    expect((await uptimeOf('web')).days.at(-2)!.totals).toMatchObject({ operational: 20 * hour, unknown: 4 * hour })
  }
})

test('a window shows its own share, and one that is too long or empty is refused', async () => {
  await given(aComponent('web', intervalOfADay))
  await live('web', [
    [0, 'operational'],
    [50 * minute, 'outage'],
  ])
  service.clock.advance(hour)
  const { uptime, fromMs, toMs } = await getUptime(deps(), reader, 'web', 20 * minute)
  expect(uptime).toMatchObject({ ratio: 0.5, knownMs: 20 * minute, downMs: 10 * minute })
  expect(toMs - fromMs).toBe(20 * minute)
  for (const windowMs of [0, -1, 401 * dayMs, Number.NaN]) {
    await expect(getUptime(deps(), reader, 'web', windowMs)).rejects.toMatchObject({ code: 'invalid_argument' })
  }
})

test('history comes in pages that together are the whole, none twice', async () => {
  await given(aComponent('web', intervalOfADay))
  await live(
    'web',
    Array.from({ length: 25 }, (_, i) => [(i + 1) * minute, i % 2 ? 'outage' : 'operational'] as const),
  )
  service.clock.advance(hour)
  await correct(service, operator, {
    componentId: 'web',
    fromMs: start + 90_000,
    toMs: start + 10 * minute,
    status: 'degraded',
    reason: 'x',
  })
  const whole = await listHistory(service, reader, { componentId: 'web', limit: 200, cursor: '' })
  const paged = []
  let cursor = ''
  do {
    const page = await listHistory(service, reader, { componentId: 'web', limit: 4, cursor })
    expect(page.intervals.length).toBeLessThanOrEqual(4)
    paged.push(...page.intervals)
    cursor = page.nextCursor
  } while (cursor)
  expect(paged).toEqual(whole.intervals)
  for (const forged of ['rubbish', encodeCursor(Number.MAX_SAFE_INTEGER), encodeCursor(-1)]) {
    const asked = listHistory(service, reader, { componentId: 'web', limit: 4, cursor: forged })
    await expect(asked).rejects.toMatchObject({ code: 'invalid_argument' })
  }
})

test('roll-ups and intervals older than the retention are removed, newer ones kept', async () => {
  await given(aComponent('web', intervalOfADay))
  await live('web', [
    [0, 'operational'],
    [hour, 'outage'],
    [2 * hour, 'operational'],
  ])
  service.clock.advance(5 * dayMs)
  await rollUp()
  await rollUpDays({ db: service.db, retentionMs: () => 2 * dayMs }, service.clock.now())
  const days = await service.db.query<{ day: string }>(
    sql`SELECT day FROM status.uptime_day WHERE component_num <> 0 ORDER BY day`,
  )
  expect(days.map(({ day }) => day)).toEqual(['2026-03-04', '2026-03-05'])
  const { intervals } = await listHistory(service, reader, { componentId: 'web', limit: 0, cursor: '' })
  expect(intervals.map(({ status }) => status)).toEqual(['operational'])
})

test('a day of which a part was removed for its age is not rolled up as if that part were unknown', async () => {
  await given(aComponent('web', intervalOfADay))
  await live('web', [[0, 'operational']])
  service.clock.advance(5 * dayMs + hour)
  await rollUpDays({ db: service.db, retentionMs: () => 2 * dayMs }, service.clock.now())
  const days = await service.db.query<{ day: string }>(sql`SELECT DISTINCT day FROM status.uptime_day ORDER BY day`)
  expect(days.map(({ day }) => day)).toEqual(['2026-03-05'])
})

test('where nothing is due, the rolled-up days of components are not read', async () => {
  await given(aComponent('web', intervalOfADay))
  await live('web', [[0, 'operational']])
  service.clock.advance(5 * dayMs)
  await rollUp()
  const looks: number[] = []
  const looksOf = async (tx: Transaction) => {
    const [row] = await tx.query<{ n: number }>(sql`
      SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) AS n
        FROM pg_stat_xact_user_tables
       WHERE schemaname = 'status' AND relname = 'uptime_day'`)
    return row!.n
  }
  const watched: typeof service.db = {
    ...service.db,
    transaction: (work) =>
      service.db.transaction(async (tx) => {
        const before = await looksOf(tx)
        const done = await work(tx)
        looks.push((await looksOf(tx)) - before)
        return done
      }),
  }
  await rollUpDays({ db: watched, retentionMs }, service.clock.now() + hour)
  // The last transaction looks at the days of the page.
  expect(looks).toEqual([0, 0, expect.any(Number)])
})

test('a day that was rolled up while the clock was ahead is rolled up anew when it is over', async () => {
  await given(aComponent('web', intervalOfADay))
  await live('web', [[0, 'operational']])
  await rollUpDays({ db: service.db, retentionMs }, start + 2 * dayMs)
  service.clock.advance(12 * hour)
  await live('web', [[12 * hour, 'outage']])
  await rollUp()
  service.clock.advance(dayMs)
  await rollUp()
  const rows = await service.db.query(sql`
    SELECT day, operational_ms, outage_ms
      FROM status.uptime_day
     WHERE component_num <> 0`)
  expect(rows).toEqual([{ day: '2026-03-01', operational_ms: 12 * hour, outage_ms: 12 * hour }])
})
