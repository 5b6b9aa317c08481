import type { ServerResponse } from 'node:http'
import { OpsError } from '@akashic/shared/errors'
import type { EventBus } from '@akashic/shared/events'
import { eventually, startHttp } from '@akashic/testbed'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { FakeClock } from '@akashic/shared/clock'
import { createEventStreams } from './event-streams.ts'

/** A log in which nothing happens. */
const silentBus = {
  positions: async () => [],
  async *read({ signal }: { signal: AbortSignal }) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  },
} as unknown as EventBus

async function openStream(checkKey: () => Promise<void>) {
  const clock = new FakeClock()
  const log = pino({ level: 'silent' })
  const limits = { inAll: 10, each: 10 }
  const streams = createEventStreams({ bus: silentBus, clock, metrics: new Registry(), log, limits })
  const principal = { id: 'p1', name: 'Ada', kind: 'person', role: 'viewer' } as const
  const server = await startHttp((_, response: ServerResponse) => {
    const leaving = new AbortController()
    response.once('close', () => leaving.abort())
    const request = { topics: ['t'], types: [], from: 'latest', principal, checkKey, signal: leaving.signal } as const
    void streams.open(request).then((write) => write(response))
  })
  const answer = await fetch(server.url)
  let text = ''
  let isEnded = false
  const reading = (async () => {
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) text += chunk
    isEnded = true
  })()
  await eventually(() => expect(text).not.toBe(''), 3_000)
  return {
    ...{ clock, streams, reading },
    text: () => text,
    isEnded: () => isEnded,
    stop: async () => {
      streams.stop()
      await reading
      await server.stop()
    },
  }
}

test('a quiet stream shows every 15 s that it lives, without an event', async () => {
  const stream = await openStream(async () => {})
  stream.clock.advance(15_000)
  await eventually(() => expect(stream.text().match(/^id: /gm)).toHaveLength(2), 3_000)
  expect(stream.text()).not.toContain('data:')
  await stream.stop()
})

test('a stream ends once its key is refused, and not because nobody can tell', async () => {
  let error = new OpsError('unavailable', 'The database does not answer.')
  const stream = await openStream(() => Promise.reject(error))
  stream.clock.advance(60_000)
  expect(stream.isEnded()).toBe(false)
  error = new OpsError('unauthenticated', 'This key was revoked.')
  await eventually(() => {
    stream.clock.advance(60_000)
    expect(stream.isEnded()).toBe(true)
  }, 3_000)
  await stream.stop()
})

test('streams end when the gateway stops', async () => {
  const stream = await openStream(async () => {})
  stream.streams.stop()
  await eventually(() => expect(stream.isEnded()).toBe(true), 3_000)
  await stream.stop()
})
