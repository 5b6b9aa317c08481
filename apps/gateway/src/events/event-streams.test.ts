import { connect, type Socket } from 'node:net'
import type { ServerResponse } from 'node:http'
import { FakeClock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import type { DeliveredEvent, EventBus } from '@akashic/shared/events'
import { eventually, startHttp, type HttpServer } from '@akashic/testbed'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { createEventStreams } from './event-streams.ts'

type Read = EventBus['read']

/** A log in which nothing happens. */
const silent: Read = async function* ({ signal }) {
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
}

const servers: HttpServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

async function serve(read: Read, checkKey: () => Promise<void> = async () => {}) {
  const clock = new FakeClock()
  const log = pino({ level: 'silent' })
  const bus = { read, positions: async () => [] } as unknown as EventBus
  const streams = createEventStreams({ bus, clock, metrics: new Registry(), log, limits: { inAll: 10, each: 10 } })
  const principal = { id: 'p1', name: 'Ada', kind: 'person', role: 'viewer' } as const
  const state = { isCut: false }
  const server = await startHttp((_, response: ServerResponse) => {
    const leaving = new AbortController()
    response.once('close', () => {
      state.isCut = !response.writableFinished
      leaving.abort()
    })
    const request = { topics: ['t'], types: [], from: 'latest', principal, checkKey, signal: leaving.signal } as const
    void streams.open(request).then((write) => write(response))
  })
  servers.push(server)
  return { clock, streams, server, isCut: () => state.isCut }
}

async function openStream(read: Read, checkKey?: () => Promise<void>) {
  const served = await serve(read, checkKey)
  const answer = await fetch(served.server.url)
  let text = ''
  let isEnded = false
  const reading = (async () => {
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) text += chunk
    isEnded = true
  })()
  await eventually(() => expect(text).not.toBe(''), 3_000)
  return { ...served, text: () => text, isEnded: () => isEnded, reading }
}

/** The last event, and what it says. */
function farewellIn(text: string): unknown {
  const [, data] = /\n\nevent: end\ndata: (.*)\n\n$/.exec(text) ?? []
  return data === undefined ? undefined : (JSON.parse(data) as unknown)
}

test('a quiet stream shows every 15 s that it lives, by a comment and its place', async () => {
  const stream = await openStream(silent)
  stream.clock.advance(15_000)
  await eventually(() => expect(stream.text()).toMatch(/^id: \S+\n\n: heartbeat\nid: \S+\n\n$/), 3_000)
  stream.streams.stop()
  await stream.reading
})

test('a stream ends once its key is refused, and not because nobody can tell', async () => {
  let error = new OpsError('unavailable', 'The database does not answer.')
  const stream = await openStream(silent, () => Promise.reject(error))
  stream.clock.advance(60_000)
  expect(stream.isEnded()).toBe(false)
  error = new OpsError('unauthenticated', 'Your key is revoked.')
  await eventually(() => {
    stream.clock.advance(2_500)
    expect(stream.isEnded()).toBe(true)
  }, 3_000)
  expect(farewellIn(stream.text())).toEqual({ code: 'unauthenticated', detail: 'Your key is revoked.' })
})

test('streams end when the gateway stops, and say so', async () => {
  const stream = await openStream(silent)
  stream.streams.stop()
  await stream.reading
  expect(farewellIn(stream.text())).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('stops') })
})

test('a stream whose log breaks ends with a reason that gives nothing away', async () => {
  const stream = await openStream(async function* () {
    await Promise.reject(new Error('password of postgres://admin@db is wrong'))
  })
  await stream.reading
  expect(farewellIn(stream.text())).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('last id') })
  expect(stream.text()).not.toContain('postgres')
})

describe('a reader that takes nothing', () => {
  const text = 'x'.repeat(100_000)
  let pulled = 0
  let isLogEnded = false
  /** A log without end, which counts what is taken from it. */
  const endless: Read = async function* () {
    try {
      for (pulled = 1; ; pulled++) yield anEvent(pulled, text)
    } finally {
      isLogEnded = true
    }
  }
  let reader: Socket
  beforeEach(() => void (isLogEnded = false))
  afterEach(() => reader.destroy())

  async function openClogged() {
    const served = await serve(endless)
    const { hostname, port } = new URL(served.server.url)
    reader = connect(Number(port), hostname).pause()
    reader.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    await eventually(() => expect(pulled).toBeGreaterThan(1), 3_000)
    let before = 0
    await eventually(() => {
      const isStill = pulled === before
      before = pulled
      expect(isStill).toBe(true)
    }, 10_000)
    return served
  }

  test('holds no more than its connection buffers; after 30 s it is cut, and what it then reads says so', async () => {
    const { clock } = await openClogged()
    clock.advance(29_000)
    expect(isLogEnded).toBe(false)
    clock.advance(1_000)
    await eventually(() => expect(isLogEnded).toBe(true), 3_000)
    expect(pulled).toBeLessThan(1_000)
    let heard = ''
    for await (const chunk of reader.setEncoding('utf8').resume()) heard += chunk as string
    const body = heard.slice(heard.indexOf('\r\n\r\n')).replaceAll(/\r\n[0-9a-f]+\r\n/g, '')
    expect(body).toMatch(new RegExp(`"id":"e${pulled}".*\\n\\nevent: end\\ndata: {"code":"resource_exhausted".*30 s`))
  }, 30_000)

  test('loses its connection when it does not take even that', async () => {
    const { clock, isCut } = await openClogged()
    clock.advance(30_000)
    await eventually(() => expect(isLogEnded).toBe(true), 3_000)
    expect(isCut()).toBe(false)
    await eventually(() => {
      clock.advance(30_000)
      expect(isCut()).toBe(true)
    }, 3_000)
  }, 30_000)
})

function anEvent(n: number, text: string): DeliveredEvent {
  return {
    ...{ id: `e${n}`, type: 'akashic.incident.opened.v1', source: '/status', subject: 's' },
    ...{ time: '2026-11-23T19:37:00.000Z', data: { visibility: 'public', text } },
    position: { topic: 't', partition: 0, offset: String(n) },
  }
}
