import type { Page, Shift } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const atMs = 1_760_000_000_000
const hourMs = 3_600_000
const iso = (ms: number) => new Date(ms).toISOString()
const [at, later] = [iso(atMs), iso(atMs + hourMs)]
const path = '/api/v1/oncall'

const aShift = (partial: Partial<Shift> = {}): Shift => ({
  ...{ personId: 'ada', personName: 'Ada Lovelace', startMs: atMs, endMs: atMs + hourMs, because: 'rotation' },
  ...partial,
})
const aGap = aShift({ personId: '', personName: '', because: 'gap' })
const shownShift = { person: { id: 'ada', name: 'Ada Lovelace' }, start: at, end: later, because: 'rotation' }
const shownGap = { ...shownShift, person: null, because: 'gap' }

const aPage = (partial: Partial<Page> = {}): Page => ({
  ...{ id: 'pag-1', version: 2, subject: 'incident:inc-1', incidentId: 'inc-1', policy: 'default' },
  ...{ title: 'Checkout is down', state: 'calling', dueAtMs: atMs + hourMs, acknowledgedBy: '', openedAtMs: atMs },
  entries: [{ atMs, kind: 'called', person: 'Ada Lovelace', detail: 'step 1' }],
  ...partial,
})
const shownPage = {
  ...{ id: 'pag-1', version: 2, subject: 'incident:inc-1', incident: 'inc-1', policy: 'default' },
  ...{ title: 'Checkout is down', state: 'calling', dueAt: later, acknowledgedBy: null, openedAt: at },
  ...{ resolvedAt: null, entries: [{ at, kind: 'called', person: 'Ada Lovelace', detail: 'step 1' }] },
}

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => gateway.stop())
beforeEach(() => {
  gateway.onCall.scripts = {}
})

const keyOf = async (rights: object): Promise<string> => {
  const body = { principal: JSON.stringify(rights), kind: 'service', ...rights }
  return (await gateway.call('POST', '/api/v1/keys', { body })).body.key
}
const pointersOf = ({ body }: { body: { errors: { pointer: string }[] } }) =>
  body.errors.map(({ pointer }) => pointer).sort()

test('who is on call is told for every schedule, now or at another instant, and so is nobody', async () => {
  const asked: object[] = []
  gateway.onCall.scripts.getOnCall = async (request) => (
    asked.push(request),
    {
      schedules: [
        { schedule: 'first-line', timeZone: 'Europe/Berlin', shift: aShift(), next: aGap },
        { schedule: 'second-line', timeZone: 'UTC', shift: aGap },
      ],
    }
  )
  expect((await gateway.call('GET', `${path}/now`)).body).toEqual({
    items: [
      { schedule: 'first-line', timeZone: 'Europe/Berlin', shift: shownShift, next: shownGap },
      { schedule: 'second-line', timeZone: 'UTC', shift: shownGap, next: null },
    ],
  })
  await gateway.call('GET', `${path}/now?at=2025-10-09T10:53:20%2B02:00`)
  expect(asked).toEqual([{}, { atMs }])
  expect(pointersOf(await gateway.call('GET', `${path}/now?at=noon`))).toEqual(['/query/at'])
})

test('schedules and policies are listed as they are configured', async () => {
  const rotations = [{ people: ['ada', 'grace'], days: 7, starting: '2026-01-05', handOverAt: '09:00' }]
  const schedules = [{ name: 'first-line', timeZone: 'Europe/Berlin', rotations }]
  const steps = [{ notify: ['schedule:first-line', 'person:grace'], escalateAfterMs: 300_000 }]
  const policies = [{ name: 'default', severities: ['SEV-1'], steps, repeat: 2 }]
  gateway.onCall.scripts.listSchedules = async () => ({ schedules, policies })
  expect((await gateway.call('GET', `${path}/schedules`)).body).toEqual({ items: schedules })
  expect((await gateway.call('GET', `${path}/policies`)).body).toEqual({ items: policies })
})

test('the shifts of a schedule are told within a time, and a schedule that is not there is 404', async () => {
  const asked: object[] = []
  gateway.onCall.scripts.listShifts = async (request) => {
    asked.push(request)
    if (request.schedule === 'nope') throw new OpsError('not_found', 'There is no schedule nope.')
    return { shifts: [aShift(), aGap] }
  }
  const within = `from=${at}&to=${later}`
  const shifts = await gateway.call('GET', `${path}/schedules/first-line/shifts?${within}`)
  expect(shifts.body).toEqual({ items: [shownShift, shownGap] })
  const unknown = await gateway.call('GET', `${path}/schedules/nope/shifts?${within}`)
  expect(unknown).toMatchObject({ status: 404, body: { detail: 'There is no schedule nope.' } })
  expect(asked[0]).toEqual({ schedule: 'first-line', fromMs: atMs, toMs: atMs + hourMs })
  const bad = await gateway.call('GET', `${path}/schedules/first-line/shifts?from=monday&until=${later}`)
  expect(pointersOf(bad)).toEqual(['/query/from', '/query/to', '/query/until'])
})

test('pages that are not over are listed, or all, newest first, page by page', async () => {
  const asked: object[] = []
  const over = aPage({
    ...{ id: 'pag-0', subject: 'alerts:shop', incidentId: '', state: 'resolved', dueAtMs: undefined },
    ...{ acknowledgedBy: 'Grace Hopper', resolvedAtMs: atMs + hourMs, entries: [] },
  })
  gateway.onCall.scripts.listPages = async (request) => (
    asked.push(request),
    { pages: [aPage(), over], nextCursor: asked.length === 1 ? 'more' : '' }
  )
  expect((await gateway.call('GET', `${path}/pages`)).body).toEqual({
    items: [
      shownPage,
      {
        ...{ ...shownPage, id: 'pag-0', subject: 'alerts:shop', incident: null, state: 'resolved', dueAt: null },
        ...{ acknowledgedBy: 'Grace Hopper', resolvedAt: later, entries: [] },
      },
    ],
    nextCursor: 'more',
  })
  expect((await gateway.call('GET', `${path}/pages?state=all&limit=1&cursor=abc`)).body.nextCursor).toBeNull()
  expect(asked).toEqual([
    { limit: 50, cursor: '', onlyOpen: true },
    { limit: 1, cursor: 'abc', onlyOpen: false },
  ])
  expect(pointersOf(await gateway.call('GET', `${path}/pages?state=calling`))).toEqual(['/query/state'])
})

test('a page is acknowledged, escalated or snoozed as who asks', async () => {
  const asked: object[] = []
  gateway.onCall.scripts.answerPage = async (request, { principal }) => (
    asked.push({ ...request, by: principal.name }),
    { page: aPage({ state: 'acknowledged', acknowledgedBy: principal.name, dueAtMs: undefined }) }
  )
  const acknowledged = await gateway.call('POST', `${path}/pages/pag-1/acknowledge`)
  expect(acknowledged.status).toBe(200)
  expect(acknowledged.body).toEqual({ ...shownPage, state: 'acknowledged', acknowledgedBy: 'admin', dueAt: null })
  expect((await gateway.call('POST', `${path}/pages/pag-1/escalate`)).status).toBe(200)
  expect((await gateway.call('POST', `${path}/pages/pag-1/snooze`, { body: { for: '1h30m' } })).status).toBe(200)
  expect(asked).toEqual([
    { id: 'pag-1', answer: 'acknowledge', forMs: 0, by: 'admin' },
    { id: 'pag-1', answer: 'escalate', forMs: 0, by: 'admin' },
    { id: 'pag-1', answer: 'snooze', forMs: 5_400_000, by: 'admin' },
  ])
})

test('a snooze without a length is refused, and so is a page that is not there', async () => {
  gateway.onCall.scripts.answerPage = async ({ id }) => {
    throw new OpsError('not_found', `There is no page ${id}.`)
  }
  const snooze = async (body: object) => gateway.call('POST', `${path}/pages/pag-1/snooze`, { body })
  expect(pointersOf(await snooze({}))).toEqual(['/for'])
  expect(pointersOf(await snooze({ for: 15, until: later }))).toEqual(['/for', '/until'])
  const unknown = await gateway.call('POST', `${path}/pages/nope/acknowledge`)
  expect(unknown).toMatchObject({ status: 404, body: { detail: 'There is no page nope.' } })
})

test('viewers look and answer nothing; keys that are limited to components do neither', async () => {
  gateway.onCall.scripts = {
    getOnCall: async () => ({ schedules: [] }),
    listSchedules: async () => ({ schedules: [], policies: [] }),
    listPages: async () => ({ pages: [], nextCursor: '' }),
    answerPage: async () => ({ page: aPage() }),
  }
  const looks = ['now', 'schedules', 'policies', 'pages']
  const answers = ['acknowledge', 'escalate', 'snooze']
  const statuses = async (key: string | null) => {
    const looked = looks.map(async (name) => gateway.call('GET', `${path}/${name}`, { key }))
    const answered = answers.map(async (name) => {
      const body = name === 'snooze' ? { for: '15m' } : undefined
      return gateway.call('POST', `${path}/pages/pag-1/${name}`, { key, body })
    })
    return (await Promise.all([...looked, ...answered])).map(({ status }) => status)
  }
  expect(await statuses(await keyOf({ role: 'viewer' }))).toEqual([200, 200, 200, 200, 403, 403, 403])
  expect(await statuses(await keyOf({ role: 'operator' }))).toEqual([200, 200, 200, 200, 200, 200, 200])
  expect(await statuses(await keyOf({ role: 'admin', scope: ['web'] }))).toEqual(Array(7).fill(403))
  expect(await statuses(null)).toEqual(Array(7).fill(401))
})
