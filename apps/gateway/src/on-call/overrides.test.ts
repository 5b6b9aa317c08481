import type { OnCallOverride } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const atMs = 1_760_000_000_000
const hourMs = 3_600_000
const [start, end] = [new Date(atMs).toISOString(), new Date(atMs + hourMs).toISOString()]
const path = '/api/v1/oncall/overrides'

const anOverride: OnCallOverride = {
  ...{ id: 'ovr-1', schedule: 'first-line', personId: 'grace', personName: 'Grace Hopper' },
  ...{ startMs: atMs, endMs: atMs + hourMs, author: 'Ada', reason: 'A dentist.' },
}
const shown = {
  ...{ id: 'ovr-1', schedule: 'first-line', person: { id: 'grace', name: 'Grace Hopper' } },
  ...{ start, end, author: 'Ada', reason: 'A dentist.' },
}
const body = { schedule: 'first-line', person: 'grace', start, end }

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => gateway.stop())
beforeEach(() => {
  gateway.onCall.scripts = {}
})

const keyOf = async (rights: object): Promise<string> => {
  const asked = { principal: JSON.stringify(rights), kind: 'service', ...rights }
  return (await gateway.call('POST', '/api/v1/keys', { body: asked })).body.key
}
const pointersOf = (answer: { body: { errors: { pointer: string }[] } }) =>
  answer.body.errors.map(({ pointer }) => pointer).sort()

test('somebody is put on call for a while, with a reason if there is one', async () => {
  const asked: object[] = []
  gateway.onCall.scripts.addOverride = async (request) => (asked.push(request), { override: anOverride })
  const added = await gateway.call('POST', path, { body: { ...body, reason: ' A dentist. ' } })
  expect(added).toMatchObject({ status: 201, body: shown })
  await gateway.call('POST', path, { body })
  const request = { schedule: 'first-line', personId: 'grace', startMs: atMs, endMs: atMs + hourMs }
  expect(asked).toEqual([
    { ...request, reason: 'A dentist.' },
    { ...request, reason: '' },
  ])
})

test('overrides are listed within a time, of a month unless it has an end', async () => {
  const asked: object[] = []
  gateway.onCall.scripts.listOverrides = async (request) => (asked.push(request), { overrides: [anOverride] })
  expect((await gateway.call('GET', `${path}?from=${start}&to=${end}`)).body).toEqual({ items: [shown] })
  await gateway.call('GET', `${path}?from=${start}`)
  expect(asked).toEqual([
    { fromMs: atMs, toMs: atMs + hourMs },
    { fromMs: atMs, toMs: atMs + 31 * 24 * hourMs },
  ])
})

test('an override is taken back by its id, and one that is not there is 404', async () => {
  const asked: object[] = []
  gateway.onCall.scripts.cancelOverride = async (request) => {
    asked.push(request)
    if (request.id !== 'ovr-1') throw new OpsError('not_found', `There is no override ${request.id}.`)
    return {}
  }
  expect(await gateway.call('DELETE', `${path}/ovr-1`)).toMatchObject({ status: 204, text: '' })
  const unknown = await gateway.call('DELETE', `${path}/nope`)
  expect(unknown).toMatchObject({ status: 404, body: { detail: 'There is no override nope.' } })
  expect(asked).toEqual([{ id: 'ovr-1' }, { id: 'nope' }])
})

test('what is wrong with an override is said field by field, by whoever finds it', async () => {
  const bad = { schedule: '', person: 7, start: 'now', until: end, reason: 'r'.repeat(501) }
  const refused = await gateway.call('POST', path, { body: bad })
  expect(refused.status).toBe(400)
  expect(pointersOf(refused)).toEqual(['/end', '/person', '/reason', '/schedule', '/start', '/until'])
  expect(pointersOf(await gateway.call('GET', `${path}?to=${end}`))).toEqual(['/query/from'])
  gateway.onCall.scripts.addOverride = async () => {
    throw new OpsError('invalid_argument', 'person is nobody who can be paged.', {
      fields: [{ pointer: '/person', detail: 'is nobody who can be paged' }],
    })
  }
  expect(pointersOf(await gateway.call('POST', path, { body }))).toEqual(['/person'])
})

test('viewers look and change nothing; keys that are limited to components do neither', async () => {
  gateway.onCall.scripts = {
    listOverrides: async () => ({ overrides: [] }),
    addOverride: async () => ({ override: anOverride }),
    cancelOverride: async () => ({}),
  }
  const statuses = async (key: string | null) => [
    (await gateway.call('GET', `${path}?from=${start}`, { key })).status,
    (await gateway.call('POST', path, { key, body })).status,
    (await gateway.call('DELETE', `${path}/ovr-1`, { key })).status,
  ]
  expect(await statuses(await keyOf({ role: 'viewer' }))).toEqual([200, 403, 403])
  expect(await statuses(await keyOf({ role: 'operator' }))).toEqual([200, 201, 204])
  expect(await statuses(await keyOf({ role: 'admin', scope: ['web'] }))).toEqual([403, 403, 403])
  expect(await statuses(null)).toEqual([401, 401, 401])
})
