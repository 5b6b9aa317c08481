import { incidentTopic, statusTopic, topics } from '@akashic/events'
import { systemClock } from '@akashic/shared/clock'
import { createEventBus, eventLogMigrations, type EventBus, type OutgoingEvent } from '@akashic/shared/events'
import { uuidv7 } from '@akashic/shared/ids'
import { migrate } from '@akashic/shared/migrations'
import { eventually, testDatabase, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { followEvents, type EventMessage, type FollowOptions } from '../testing/follow-events.ts'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const log = pino({ level: 'silent' })
const hourMs = 3_600_000

let database: TestDatabase
let bus: EventBus
let gateway: StartedGateway
let ending = new AbortController()
beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url, { ...eventLogMigrations, log })
  bus = await createEventBus({
    ...{ clock: systemClock, random: Math.random, log },
    ...{ kafkaBrokers: null, databaseUrl: database.url },
  })
  await bus.ensureTopics(topics)
  gateway = await startGateway({ events: bus })
})
afterEach(() => {
  ending.abort()
  ending = new AbortController()
})
afterAll(async () => {
  await gateway.stop()
  await bus.close()
  await database.close()
})

const anEvent = (data: object, more: Partial<OutgoingEvent> = {}): OutgoingEvent => ({
  ...{ topic: incidentTopic, id: uuidv7(), type: 'akashic.incident.opened.v1', source: '/status' },
  ...{ subject: 'inc-1', time: new Date().toISOString() },
  data: { visibility: 'public', ...data },
  ...more,
})

const follow = (query = '', options: FollowOptions = {}) => followEvents(gateway, ending.signal, query, options)

async function keyOf(role: string, scope?: readonly string[]): Promise<{ id: string; key: string }> {
  const body = { principal: `a ${role} ${uuidv7()}`, kind: 'person', role, ...(scope && { scope }) }
  return (await gateway.call('POST', '/api/v1/keys', { body })).body as never
}

test('what happens from now on is told as CloudEvents, each under its type', async () => {
  await bus.publish([anEvent({ id: 'before' }, { subject: 'before' })])
  const stream = await follow()
  expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const event = anEvent({ id: 'inc-1', visibility: 'public', title: 'Down' }, { incidentId: 'inc-1' })
  await bus.publish([event])
  await eventually(() => expect(stream.messages).toHaveLength(1), 5_000)
  expect(stream.messages[0]).toMatchObject({
    event: 'akashic.incident.opened.v1',
    data: { specversion: '1.0', id: event.id, subject: 'inc-1', incidentid: 'inc-1', data: { title: 'Down' } },
  })
})

test('a reader that comes back gets what it missed, each once, also when it had been told nothing', async () => {
  const first = await follow(`?topics=${incidentTopic}`)
  await eventually(() => expect(first.lastId()).not.toBe(''), 5_000)
  first.close()
  await bus.publish([1, 2, 3].map((n) => anEvent({ n }, { subject: `missed-${n}` })))
  const second = await follow(`?topics=${incidentTopic}`, { lastEventId: first.lastId() })
  await eventually(() => expect(second.messages).toHaveLength(3), 5_000)
  const [one] = second.messages
  const after = await follow(`?topics=${incidentTopic}`, { lastEventId: one!.id })
  await eventually(() => expect(after.subjects()).toEqual(second.subjects().slice(1)), 5_000)
})

test('events are told again since an instant, of the topics and types that were asked for', async () => {
  const time = new Date(Date.now() - hourMs).toISOString()
  const changed = { topic: statusTopic, type: 'akashic.status.component_changed.v1', subject: 'since-web' }
  await bus.publish([
    anEvent({}, { subject: 'since-old', time: new Date(Date.now() - 3 * hourMs).toISOString() }),
    anEvent({}, { subject: 'since-new', time }),
    anEvent({}, { subject: 'since-new', time, type: 'akashic.incident.resolved.v1' }),
    anEvent({}, { ...changed, time }),
  ])
  const since = `since=${new Date(Date.now() - 2 * hourMs).toISOString()}`
  const told = async (query: string) => {
    const stream = await follow(`?${since}${query}`)
    await bus.publish([anEvent({}, { subject: 'end' }), anEvent({}, { ...changed, subject: 'end' })])
    const wanted = (message: EventMessage) => message.data.subject.startsWith('since-')
    await eventually(() => expect(stream.messages.some((message) => !wanted(message))).toBe(true), 5_000)
    return stream.messages
      .filter(wanted)
      .map(({ event, data }) => `${event.split('.')[2]} ${data.subject}`)
      .sort()
  }
  expect(await told('')).toEqual(['component_changed since-web', 'opened since-new', 'resolved since-new'])
  expect(await told(`&topics=${statusTopic}`)).toEqual(['component_changed since-web'])
  expect(await told('&types=akashic.incident.opened.v1')).toEqual(['opened since-new'])
})

test('a stream ends within five seconds of its key, and says why as its last event', async () => {
  const { id, key } = await keyOf('viewer')
  const stream = await follow('', { key })
  const other = await follow()
  expect((await gateway.call('DELETE', `/api/v1/keys/${id}`)).status).toBeLessThan(300)
  await eventually(() => expect(stream.isEnded()).toBe(true), 15_000)
  expect(stream.farewell()).toMatchObject({ code: 'unauthenticated', detail: expect.stringContaining('revoked') })
  expect(other.isEnded()).toBe(false)
}, 30_000)

test('of restricted incidents responders alone hear, and a key with a scope of its own components alone', async () => {
  const [viewer, responder, scoped] = [await keyOf('viewer'), await keyOf('responder'), await keyOf('viewer', ['shop'])]
  const streams = await Promise.all([viewer, responder, scoped].map(({ key }) => follow('', { key })))
  await bus.publish([
    anEvent({ visibility: 'restricted' }, { subject: 'secret' }),
    anEvent({ incidentVisibility: 'restricted' }, { subject: 'secret-alert', type: 'akashic.alert.fired.v1' }),
    anEvent({ visibility: 'public', components: [{ id: 'shop' }] }, { subject: 'of-shop' }),
    anEvent({ visibility: 'public', components: ['web'] }, { subject: 'of-web' }),
    anEvent({ componentId: 'shop' }, { subject: 'alert-of-shop', type: 'akashic.alert.fired.v1' }),
    anEvent({}, { topic: statusTopic, type: 'akashic.status.component_changed.v1', subject: 'shop' }),
    anEvent({}, { data: 'no object', subject: 'nobody knows whose' }),
  ])
  const all = ['alert-of-shop', 'of-shop', 'of-web', 'shop']
  await eventually(() => {
    const heard = streams.map((stream) => stream.subjects().sort())
    expect(heard).toEqual([all, [...all, 'secret', 'secret-alert'].sort(), ['alert-of-shop', 'of-shop', 'shop']])
  }, 5_000)
})

test('a slow reader holds up nobody and loses nothing', async () => {
  const slow = await fetch(`${gateway.apiUrl}/api/v1/events`, {
    headers: { authorization: `Bearer ${gateway.adminKey}` },
  })
  const quick = await follow()
  const text = 'x'.repeat(100_000)
  for (let n = 0; n < 40; n++) await bus.publish([anEvent({ text }, { subject: `large-${n}` })])
  await eventually(() => expect(quick.messages).toHaveLength(40), 20_000)
  let heard = ''
  for await (const chunk of slow.body!.pipeThrough(new TextDecoderStream())) {
    heard += chunk
    if (heard.includes('large-39')) break
  }
  expect([...new Set(heard.match(/large-\d+/g))]).toHaveLength(40)
}, 40_000)

test('nonsense is refused before a stream begins', async () => {
  for (const query of [
    '?topics=akashic.nothing.v1',
    '?topics=',
    '?types=akashic.incident.opened',
    '?since=soon',
    '?since=2026-13-01T00:00:00Z',
    '?since=2026-11-23T14:00:00',
    `?since=${Buffer.from('[]').toString('base64url')}`,
    '?x=1',
  ]) {
    expect([query, (await follow(query)).status]).toEqual([query, 400])
  }
  for (const lastEventId of ['nonsense', Buffer.from('[["other",0,"1"]]').toString('base64url')]) {
    expect((await follow('', { lastEventId })).status).toBe(400)
  }
  expect((await gateway.call('GET', '/api/v1/events', { key: null })).status).toBe(401)
})

test('a key may have ten streams, and gets the next one when one was closed', async () => {
  const { key } = await keyOf('viewer')
  const streams = await Promise.all(Array.from({ length: 10 }, () => follow('', { key })))
  expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200))
  expect((await follow('', { key })).status).toBe(429)
  streams[0]!.close()
  await eventually(async () => expect((await follow('', { key })).status).toBe(200), 5_000)
})
