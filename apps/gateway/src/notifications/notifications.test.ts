import type { Notification } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const atMs = 1_760_000_000_000
const [at, later] = [new Date(atMs).toISOString(), new Date(atMs + 60_000).toISOString()]

const aNotification = (partial: Partial<Notification> = {}): Notification => ({
  ...{ id: 'ntf-1', channel: 'ops-mail', recipient: '', subject: 'incident:inc-1', type: 'incident.opened' },
  ...{ title: 'Checkout is down', person: '', state: 'queued', attempts: 0, isUncertain: false, lastError: '' },
  ...{ createdAtMs: atMs, nextAttemptAtMs: atMs + 60_000, giveUpAtMs: atMs + 60_000 },
  ...partial,
})
const shown = {
  ...{ id: 'ntf-1', channel: 'ops-mail', to: null, subject: 'incident:inc-1', type: 'incident.opened' },
  ...{ title: 'Checkout is down', person: null, state: 'queued', attempts: 0, isUncertain: false, lastError: null },
  ...{ createdAt: at, nextAttemptAt: later, settledAt: null, giveUpAt: later },
}

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => gateway.stop())
beforeEach(() => {
  gateway.notifications.scripts = {}
})

const keyOf = async (rights: object): Promise<string> => {
  const body = { principal: JSON.stringify(rights), kind: 'service', ...rights }
  return (await gateway.call('POST', '/api/v1/keys', { body })).body.key
}
const pointersOf = ({ body }: { body: { errors: { pointer: string }[] } }) =>
  body.errors.map(({ pointer }) => pointer).sort()

test('notifications are listed by state, channel and incident, newest first, page by page', async () => {
  const asked: object[] = []
  const dead = aNotification({
    ...{ recipient: 'ada@example.org', person: 'ada', state: 'dead', attempts: 7, isUncertain: true },
    ...{ lastError: 'The mail server refused it.', nextAttemptAtMs: undefined, settledAtMs: atMs },
  })
  gateway.notifications.scripts.listNotifications = async (request) => (
    asked.push(request),
    { notifications: [dead, aNotification()], nextCursor: asked.length === 1 ? 'more' : '' }
  )
  const query = 'state=dead&channel=ops-mail&incident=inc-1&limit=2&cursor=abc'
  const { status, body } = await gateway.call('GET', `/api/v1/notifications?${query}`)
  expect(status).toBe(200)
  expect(body).toEqual({
    items: [
      {
        ...shown,
        ...{ to: 'ada@example.org', person: 'ada', state: 'dead', attempts: 7, isUncertain: true },
        ...{ lastError: 'The mail server refused it.', nextAttemptAt: null, settledAt: at },
      },
      shown,
    ],
    nextCursor: 'more',
  })
  expect((await gateway.call('GET', '/api/v1/notifications')).body.nextCursor).toBeNull()
  expect(asked).toEqual([
    { limit: 2, cursor: 'abc', state: 'dead', channel: 'ops-mail', incidentId: 'inc-1' },
    { limit: 50, cursor: '', state: '', channel: '', incidentId: '' },
  ])
})

test('the channels are listed by name and type, and one notification is shown by its id', async () => {
  gateway.notifications.scripts.listChannels = async () => ({ channels: [{ name: 'ops-mail', type: 'email' }] })
  gateway.notifications.scripts.getNotification = async ({ id }) => ({ notification: aNotification({ id }) })
  const channels = await gateway.call('GET', '/api/v1/notifications/channels')
  expect(channels.body).toEqual({ items: [{ name: 'ops-mail', type: 'email' }] })
  expect((await gateway.call('GET', '/api/v1/notifications/ntf-9')).body).toEqual({ ...shown, id: 'ntf-9' })
})

test('one that was given up is tried again, and a channel is tried with a test message', async () => {
  const asked: object[] = []
  gateway.notifications.scripts.retryNotification = async (request) => (
    asked.push(request),
    { notification: aNotification() }
  )
  gateway.notifications.scripts.testChannel = async (request) => (
    asked.push(request),
    { notification: aNotification({ subject: 'test', type: 'channel.test', recipient: request.recipient }) }
  )
  const retried = await gateway.call('POST', '/api/v1/notifications/ntf-1/retry')
  expect(retried).toMatchObject({ status: 202, body: shown })
  const body = { channel: 'ops-mail', to: ' ada@example.org ' }
  const tested = await gateway.call('POST', '/api/v1/notifications/test', { body })
  const sent = { ...shown, subject: 'test', type: 'channel.test', to: 'ada@example.org' }
  expect(tested).toMatchObject({ status: 202, body: sent })
  await gateway.call('POST', '/api/v1/notifications/test', { body: { channel: 'ops-mail' } })
  expect(asked).toEqual([
    { id: 'ntf-1' },
    { channel: 'ops-mail', recipient: 'ada@example.org' },
    { channel: 'ops-mail', recipient: '' },
  ])
})

test('what is wrong with a request is said field by field', async () => {
  const list = await gateway.call('GET', `/api/v1/notifications?state=lost&limit=0&channel=${'c'.repeat(64)}&to=ada`)
  expect(list.status).toBe(400)
  expect(pointersOf(list)).toEqual(['/query/channel', '/query/limit', '/query/state', '/query/to'])
  const body = { channel: '', to: 'a'.repeat(321), text: 'Hi' }
  const tried = await gateway.call('POST', '/api/v1/notifications/test', { body })
  expect(tried.status).toBe(400)
  expect(pointersOf(tried)).toEqual(['/channel', '/text', '/to'])
  expect(pointersOf(await gateway.call('POST', '/api/v1/notifications/test', { body: {} }))).toEqual(['/channel'])
})

test('what is not there is 404, and what cannot be tried again 409, in the words of who knows', async () => {
  gateway.notifications.scripts.getNotification = async ({ id }) => {
    throw new OpsError('not_found', `There is no notification ${id}.`)
  }
  gateway.notifications.scripts.retryNotification = async () => {
    throw new OpsError('failed_precondition', 'It was delivered.')
  }
  gateway.notifications.scripts.testChannel = async () => {
    throw new OpsError('not_found', 'There is no channel pager.')
  }
  const unknown = await gateway.call('GET', '/api/v1/notifications/nope')
  expect(unknown).toMatchObject({ status: 404, body: { detail: 'There is no notification nope.' } })
  const delivered = await gateway.call('POST', '/api/v1/notifications/ntf-1/retry')
  expect(delivered).toMatchObject({ status: 409, body: { detail: 'It was delivered.' } })
  const body = { channel: 'pager' }
  expect((await gateway.call('POST', '/api/v1/notifications/test', { body })).status).toBe(404)
})

test('viewers look and send nothing; keys that are limited to components do neither', async () => {
  gateway.notifications.scripts.listNotifications = async () => ({ notifications: [], nextCursor: '' })
  gateway.notifications.scripts.retryNotification = async () => ({ notification: aNotification() })
  gateway.notifications.scripts.testChannel = async () => ({ notification: aNotification() })
  const [viewer, limited] = [await keyOf({ role: 'viewer' }), await keyOf({ role: 'admin', scope: ['web'] })]
  const statuses = async (key: string | null) => [
    (await gateway.call('GET', '/api/v1/notifications', { key })).status,
    (await gateway.call('POST', '/api/v1/notifications/ntf-1/retry', { key })).status,
    (await gateway.call('POST', '/api/v1/notifications/test', { key, body: { channel: 'ops-mail' } })).status,
  ]
  expect(await statuses(viewer)).toEqual([200, 403, 403])
  expect(await statuses(await keyOf({ role: 'operator' }))).toEqual([200, 202, 202])
  expect(await statuses(limited)).toEqual([403, 403, 403])
  expect(await statuses(null)).toEqual([401, 401, 401])
})
