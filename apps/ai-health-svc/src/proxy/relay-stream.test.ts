import type { ServerResponse } from 'node:http'
import { PassThrough, Writable } from 'node:stream'
import { FakeClock } from '@akashic/shared/clock'
import { watchStream } from '../attempt/watch-stream.ts'
import { relayStream } from './relay-stream.ts'

const event = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'word' } }] })}\n\n`

const answerOf = (rest: PassThrough) =>
  ({
    kind: 'stream',
    headers: {},
    head: Buffer.from(event),
    rest,
    watch: watchStream(10_000),
    maxEventBytes: 10_000,
  }) as const

test('a caller that reads nothing is given up after a minute, and the provider is let go', async () => {
  const clock = new FakeClock()
  const rest = new PassThrough()
  // Takes a few bytes, and never comes back for more.
  const caller = new Writable({ highWaterMark: 10, write: () => undefined })
  const answer = answerOf(rest)
  const end = relayStream(clock, answer, caller as unknown as ServerResponse)
  clock.advance(59_000)
  expect([caller.destroyed, rest.isPaused()]).toEqual([false, true])
  clock.advance(1_000)
  expect(await end).toEqual({ kind: 'caller_left' })
  expect(rest.destroyed).toBe(true)
})

test('an event that never ends is broken off before it takes the memory', async () => {
  const rest = new PassThrough()
  const caller = new PassThrough()
  const end = relayStream(new FakeClock(), answerOf(rest), caller as unknown as ServerResponse)
  for (let i = 0; i < 3_000; i++) rest.write(': x\n')
  expect(await end).toMatchObject({ kind: 'failed', failure: { class: 'invalid_response', code: 'answer_too_large' } })
  expect(rest.destroyed).toBe(true)
})

test('what came whole is whole, though its connection breaks behind the last event', async () => {
  const rest = new PassThrough()
  const caller = new PassThrough()
  const end = relayStream(new FakeClock(), answerOf(rest), caller as unknown as ServerResponse)
  rest.write('data: [DONE]\n\n')
  expect(await end).toEqual({ kind: 'whole' })
  rest.destroy(new Error('the connection broke'))
  expect(String(await caller.toArray())).toBe(`${event}data: [DONE]\n\n`)
})
