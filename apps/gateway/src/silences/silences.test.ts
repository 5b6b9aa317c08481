import type { AddSilenceRequest, Alert, Silence } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const atMs = 1_760_000_000_000
const hourMs = 3_600_000
const [at, end] = [new Date(atMs).toISOString(), new Date(atMs + hourMs).toISOString()]

const aMatcher = { name: 'alertname', value: 'HighErrorRate', isRegex: false, isEqual: true }
const aSilence = (partial: Partial<Silence> = {}): Silence => ({
  ...{ id: 'sil-1', version: 1, matchers: [aMatcher], author: 'Ada', reason: 'We move the database.' },
  ...{ createdAtMs: atMs, startMs: atMs, endMs: atMs + hourMs },
  ...partial,
})
const shown = {
  ...{ id: 'sil-1', version: 1, matchers: [aMatcher], author: 'Ada', reason: 'We move the database.' },
  ...{ createdAt: at, start: at, end },
}
const anAlert: Alert = {
  ...{ id: 'alr-1', version: 1, source: 'prometheus', fingerprint: 'f', componentId: 'shop', summary: 'It fails.' },
  ...{ status: 'ALERT_STATUS_FIRING', severity: 'ALERT_SEVERITY_WARNING', assigneeRole: '', assigneePerson: '' },
  ...{ incidentId: '', firedAtMs: atMs, lastSeenAtMs: atMs, labels: { alertname: 'F' } },
}
const path = '/api/v1/silences'

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => gateway.stop())
beforeEach(() => {
  gateway.alerts.scripts = {}
})

const keyOf = async (rights: object): Promise<string> => {
  const body = { principal: JSON.stringify(rights), kind: 'service', ...rights }
  return (await gateway.call('POST', '/api/v1/keys', { body })).body.key
}
const pointersOf = ({ body }: { body: { errors: { pointer: string }[] } }) =>
  body.errors.map(({ pointer }) => pointer).sort()

test('a silence begins now and means equal unless it says otherwise', async () => {
  const asked: AddSilenceRequest[] = []
  gateway.alerts.scripts.addSilence = async (request) => (asked.push(request), { silence: aSilence() })
  const reason = 'We move the database.'
  const matchers = [{ name: 'alertname', value: 'HighErrorRate' }]
  const added = await gateway.call('POST', path, { body: { matchers, reason, end } })
  expect(added).toMatchObject({ status: 201, body: shown })
  const others = [{ name: 'component', value: 'shop|web', isRegex: true, isEqual: false }]
  const zoned = { start: '2025-10-09T10:53:20+02:00', end }
  await gateway.call('POST', path, { body: { matchers: others, reason: ` ${reason} `, ...zoned } })
  expect(asked).toEqual([
    { matchers: [aMatcher], reason, endMs: atMs + hourMs },
    { matchers: others, reason, startMs: atMs, endMs: atMs + hourMs },
  ])
})

test('silences that are not over are listed, or all, newest first, page by page', async () => {
  const asked: object[] = []
  gateway.alerts.scripts.listSilences = async (request) => (
    asked.push(request),
    { silences: [aSilence()], nextCursor: asked.length === 1 ? 'more' : '' }
  )
  expect((await gateway.call('GET', path)).body).toEqual({ items: [shown], nextCursor: 'more' })
  expect((await gateway.call('GET', `${path}?state=all&limit=1&cursor=abc`)).body.nextCursor).toBeNull()
  expect(asked).toEqual([
    { limit: 50, cursor: '', withEnded: false },
    { limit: 1, cursor: 'abc', withEnded: true },
  ])
})

test('what a silence would mute is told before it is made', async () => {
  const asked: object[] = []
  gateway.alerts.scripts.previewSilence = async (request) => (
    asked.push(request),
    { now: [anAlert], nowCount: 60, lastWeekCount: 312, incidentIds: ['inc-1'] }
  )
  const body = { matchers: [{ name: 'alertname', value: 'HighErrorRate' }] }
  const preview = await gateway.call('POST', `${path}/preview`, { body })
  expect(preview.status).toBe(200)
  expect(preview.body).toEqual({
    now: [
      {
        ...{ id: 'alr-1', version: 1, source: 'prometheus', fingerprint: 'f', component: 'shop', status: 'firing' },
        ...{ severity: 'warning', summary: 'It fails.', assignee: null, incident: null, labels: { alertname: 'F' } },
        ...{ firedAt: at, lastSeenAt: at, resolvedAt: null },
      },
    ],
    ...{ nowCount: 60, lastWeekCount: 312, incidents: ['inc-1'] },
  })
  expect(asked).toEqual([{ matchers: [aMatcher] }])
})

test('a silence is ended by its id, and one that is not there is 404', async () => {
  const asked: object[] = []
  gateway.alerts.scripts.endSilence = async (request) => {
    asked.push(request)
    if (request.id !== 'sil-1') throw new OpsError('not_found', `There is no silence ${request.id}.`)
    return { silence: aSilence({ version: 2, endMs: atMs }) }
  }
  const ended = await gateway.call('DELETE', `${path}/sil-1`)
  expect(ended).toMatchObject({ status: 200, body: { ...shown, version: 2, end: at } })
  const unknown = await gateway.call('DELETE', `${path}/nope`)
  expect(unknown).toMatchObject({ status: 404, body: { detail: 'There is no silence nope.' } })
  expect(asked).toEqual([{ id: 'sil-1' }, { id: 'nope' }])
})

test('what is wrong with a silence is said field by field, by whoever finds it', async () => {
  const bad = { matchers: [{ name: '', value: 1, kind: 'x' }], reason: ' ', start: 'now', until: end }
  const refused = await gateway.call('POST', path, { body: bad })
  expect(refused.status).toBe(400)
  const fields = ['/end', '/matchers/0/kind', '/matchers/0/name', '/matchers/0/value', '/reason', '/start', '/until']
  expect(pointersOf(refused)).toEqual(fields)
  expect(pointersOf(await gateway.call('POST', `${path}/preview`, { body: { matchers: [] } }))).toEqual(['/matchers'])
  expect(pointersOf(await gateway.call('GET', `${path}?state=open`))).toEqual(['/query/state'])
  gateway.alerts.scripts.addSilence = async () => {
    throw new OpsError('invalid_argument', 'end must be at most 7 days after start.', {
      fields: [{ pointer: '/end', detail: 'must be at most 7 days after start' }],
    })
  }
  const matchers = [{ name: 'a', value: 'b' }]
  const late = await gateway.call('POST', path, { body: { matchers, reason: 'Long.', end } })
  expect(late).toMatchObject({ status: 400, body: { detail: 'end must be at most 7 days after start.' } })
  expect(pointersOf(late)).toEqual(['/end'])
})

test('viewers may look and preview but mute nothing; keys that are limited to components do neither', async () => {
  gateway.alerts.scripts = {
    listSilences: async () => ({ silences: [], nextCursor: '' }),
    previewSilence: async () => ({ now: [], nowCount: 0, lastWeekCount: 0, incidentIds: [] }),
    addSilence: async () => ({ silence: aSilence() }),
    endSilence: async () => ({ silence: aSilence() }),
  }
  const matchers = [{ name: 'a', value: 'b' }]
  const statuses = async (key: string | null) => [
    (await gateway.call('GET', path, { key })).status,
    (await gateway.call('POST', `${path}/preview`, { key, body: { matchers } })).status,
    (await gateway.call('POST', path, { key, body: { matchers, reason: 'Why.', end } })).status,
    (await gateway.call('DELETE', `${path}/sil-1`, { key })).status,
  ]
  expect(await statuses(await keyOf({ role: 'viewer' }))).toEqual([200, 200, 403, 403])
  expect(await statuses(await keyOf({ role: 'operator' }))).toEqual([200, 200, 201, 200])
  expect(await statuses(await keyOf({ role: 'admin', scope: ['web'] }))).toEqual([403, 403, 403, 403])
  expect(await statuses(null)).toEqual([401, 401, 401, 401])
})
