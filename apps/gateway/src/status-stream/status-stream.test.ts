import { connect } from 'node:net'
import { createServer } from 'node:http'
import { FakeClock } from '@akashic/shared/clock'
import { eventually } from '@akashic/testbed'
import { Registry } from 'prom-client'
import { createLiveStatus } from '../live-status/live-status.ts'
import { applyMessage } from '../live-status/snapshot.ts'
import { createStatusDocument } from '../public-status/status-document.ts'
import { aComponent, aMessage } from '../testing/scripted-status-service.ts'
import { aPublicIncident, aTold, tell } from '../testing/told-builders.ts'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'
import { createStatusStream } from './status-stream.ts'

interface StreamEvent {
  readonly id?: string
  readonly event?: string
  readonly data: Record<string, unknown>
}

const after = (lastEventId: string | undefined) => ({ 'last-event-id': String(lastEventId) })

/** Reads a stream of events as a browser would. */
async function openStream(url: string, headers: Record<string, string> = {}) {
  const leave = new AbortController()
  const response = await fetch(`${url}/status/stream`, { headers, signal: leave.signal })
  const events: StreamEvent[] = []
  let hasEnded = false
  const read = async () => {
    let text = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (text + chunk).split('\n\n')
      text = parts.pop()!
      for (const part of parts) {
        const fields = Object.fromEntries(part.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
        events.push({ ...fields, data: JSON.parse(fields.data) })
      }
    }
  }
  void read()
    .catch(() => {})
    .finally(() => {
      hasEnded = true
    })
  return { response, events, close: () => leave.abort(), hasEnded: () => hasEnded }
}

describe('the stream of a gateway', () => {
  let gateway: StartedGateway
  beforeEach(async () => {
    const config = { http: { maxStreams: 3, maxStreamsPerAddress: 2 } }
    gateway = await startGateway({ config, addresses: { trustedProxies: ['127.0.0.1'] } })
  })
  afterEach(async () => gateway.stop())

  const web = (error: string) => ({
    components: [aComponent({ id: 'web', status: 'STATUS_OUTAGE' as const, error })],
    overall: 'STATUS_OUTAGE' as const,
  })

  test('begins with everything and goes on with what changes', async () => {
    const stream = await openStream(gateway.url)
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream')
    expect(stream.response.headers.get('access-control-allow-origin')).toBe('*')
    await eventually(() => expect(stream.events).toHaveLength(1), 2_000)
    expect(stream.events[0]).toMatchObject({
      event: 'snapshot',
      data: { overall: 'operational', components: [{ id: 'web' }] },
    })
    gateway.status.say({ components: [aComponent({ id: 'api', position: 1 })] })
    gateway.status.say(web('timed out after 5 s'))
    gateway.status.say({ removedIds: ['api'], overall: 'STATUS_OUTAGE' })
    await eventually(() => expect(stream.events).toHaveLength(4), 2_000)
    expect(stream.events.slice(1)).toMatchObject([
      { event: 'status', data: { components: [{ id: 'api' }] } },
      { event: 'status', data: { overall: 'outage', components: [{ id: 'web', error: 'timed out after 5 s' }] } },
      { event: 'status', data: { components: [], removed: ['api'] } },
    ])
    stream.close()
  })

  test('sends a reader that was cut off what it missed, and no more', async () => {
    const first = await openStream(gateway.url)
    await eventually(() => expect(first.events).toHaveLength(1), 2_000)
    first.close()
    gateway.status.say(web('one'))
    gateway.status.say(web('two'))
    await eventually(async () => expect((await gateway.call('GET', '/status')).text).toContain('two'), 2_000)
    const second = await openStream(gateway.url, after(first.events[0]!.id))
    await eventually(() => expect(second.events).toHaveLength(2), 2_000)
    expect(second.events.map(({ event, data }) => [event, (data.components as { error: string }[])[0]!.error])).toEqual(
      [
        ['status', 'one'],
        ['status', 'two'],
      ],
    )
    const third = await openStream(gateway.url, after(second.events[1]!.id))
    gateway.status.say(web('three'))
    await eventually(() => expect(third.events.at(-1)!.data.components).toMatchObject([{ error: 'three' }]), 2_000)
    expect(third.events.map(({ event }) => event)).toEqual(['heartbeat', 'status'])
    second.close()
    third.close()
  })

  test('tells what is said in words with everything, and a change of words by itself', async () => {
    tell(gateway, aTold({ version: 7 }))
    await eventually(async () => expect((await gateway.call('GET', '/status')).text).toContain('Checkout'), 3_000)
    const stream = await openStream(gateway.url)
    await eventually(() => expect(stream.events).toHaveLength(1), 2_000)
    const words = { activeIncidents: [{ id: 'inc-1' }], scheduledMaintenances: [{ id: 'mnt-1' }] }
    expect(stream.events[0]).toMatchObject({ event: 'snapshot', data: { ...words, toldVersion: 7 } })
    tell(gateway, aTold({ version: 8, maintenances: [] }))
    await eventually(() => expect(stream.events).toHaveLength(2), 2_000)
    const data = { activeIncidents: [{ id: 'inc-1' }], scheduledMaintenances: [], components: [], toldVersion: 8 }
    expect(stream.events[1]).toMatchObject({ event: 'status', data })
    const resolved = { id: 'old', status: 'INCIDENT_STATUS_RESOLVED' as const }
    tell(gateway, aTold({ version: 9, incidents: [aPublicIncident(), aPublicIncident(resolved)], maintenances: [] }))
    await eventually(() => expect(stream.events[2]).toMatchObject({ data: { ...data, toldVersion: 9 } }), 2_000)
    stream.close()
  })

  test('sends everything to a reader whose last event it does not know', async () => {
    const stream = await openStream(gateway.url, after('of-another-replica-17'))
    await eventually(() => expect(stream.events).toMatchObject([{ event: 'snapshot' }]), 2_000)
    stream.close()
  })

  test('is refused when too many are open, and open again once one has left', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': address })
    const streams = [
      await openStream(gateway.url, from('192.0.2.1')),
      await openStream(gateway.url, from('192.0.2.1')),
      await openStream(gateway.url, from('192.0.2.2')),
    ]
    const { status, body } = await gateway.call('GET', '/status/stream', { headers: from('192.0.2.3') })
    expect({ status, code: body.code }).toEqual({ status: 429, code: 'resource_exhausted' })
    streams[0]!.close()
    await eventually(async () => {
      const next = await openStream(gateway.url, from('192.0.2.3'))
      next.close()
      expect(next.response.status).toBe(200)
    }, 2_000)
    for (const stream of streams) stream.close()
  })

  test('is refused to an address, and to a network of IPv6, that has too many, while others have theirs', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': address })
    const streams = [
      await openStream(gateway.url, from('2001:db8::1')),
      await openStream(gateway.url, from('2001:db8::2')),
    ]
    const refused = await gateway.call('GET', '/status/stream', { headers: from('2001:db8::3') })
    expect({ status: refused.status, detail: refused.body.detail }).toEqual({
      status: 429,
      detail: 'Too many streams are open from your address. Poll /status instead, or try again later.',
    })
    streams.push(await openStream(gateway.url, from('192.0.2.1')))
    expect(streams.map(({ response }) => response.status)).toEqual([200, 200, 200])
    streams[0]!.close()
    streams[2]!.close()
    await eventually(async () => {
      const next = await openStream(gateway.url, from('2001:db8::3'))
      next.close()
      expect(next.response.status).toBe(200)
    }, 2_000)
    streams[1]!.close()
  })

  test('ends when the gateway stops, and does not hold it up', async () => {
    const stream = await openStream(gateway.url)
    const began = Date.now()
    await gateway.gateway.stop(20_000)
    await eventually(() => expect(stream.hasEnded()).toBe(true), 2_000)
    expect(Date.now() - began).toBeLessThan(15_000)
  })
})

describe('a stream on the fake clock', () => {
  const serve = async () => {
    const clock = new FakeClock()
    const live = createLiveStatus(clock)
    const say = (error: string, generatedAtMs: number) =>
      live.accept(
        applyMessage(
          null,
          aMessage({
            isFull: true,
            components: [aComponent({ id: 'web', error })],
            generatedAtMs,
          }),
          clock.now(),
        ),
      )
    say('first', 1)
    const metrics = new Registry()
    const document = createStatusDocument({ live, clock, page: () => ({}) })
    const stream = createStatusStream({
      ...{ document, live, clock, metrics, epoch: 'e' },
      maxStreams: () => 10,
      maxStreamsPerAddress: () => 10,
      addressOf: () => '127.0.0.1',
    })
    stream.start()
    const server = createServer((request, response) => stream.open(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    return { clock, live, say, metrics, stream, server, port }
  }

  test('says every 15 s that it lives, and at once that its picture has become stale', async () => {
    const { clock, live, stream, server, port } = await serve()
    const reader = await openStream(`http://127.0.0.1:${port}`)
    await eventually(() => expect(reader.events).toHaveLength(1), 2_000)
    clock.advance(11_000)
    live.tick()
    clock.advance(4_000)
    await eventually(() => expect(reader.events).toHaveLength(3), 2_000)
    expect(reader.events[1]).toMatchObject({ event: 'status', data: { stale: true, ageMs: 11_000, components: [] } })
    expect(reader.events[2]).toEqual({ event: 'heartbeat', data: {} })
    stream.stop()
    server.close()
  })

  test('drops a reader that does not read, and keeps the others', async () => {
    const { say, metrics, stream, server, port } = await serve()
    const sleeper = connect(port, '127.0.0.1')
    sleeper.pause()
    sleeper.write('GET /status/stream HTTP/1.1\r\nHost: x\r\n\r\n')
    const reader = await openStream(`http://127.0.0.1:${port}`)
    const isDropped = async () => (await metrics.metrics()).includes('akashic_status_streams_dropped_total 1')
    let changes = 0
    for (; changes < 2_000 && !(await isDropped()); changes++) {
      say(`${changes} ${'x'.repeat(50_000)}`, changes + 2)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await isDropped()).toBe(true)
    await eventually(() => expect(reader.events).toHaveLength(changes + 1), 10_000)
    sleeper.destroy()
    stream.stop()
    server.close()
  })
})
