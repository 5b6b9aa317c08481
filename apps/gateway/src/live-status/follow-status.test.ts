import type { WatchStatusResponse } from '@akashic/proto'
import { FakeClock } from '@akashic/shared/clock'
import { eventually } from '@akashic/testbed'
import { pino } from 'pino'
import { aComponent, aMessage } from '../testing/scripted-status-service.ts'
import { followStatus } from './follow-status.ts'
import { createLiveStatus } from './live-status.ts'

type Script = (signal: AbortSignal) => AsyncIterable<WatchStatusResponse>

function follow(scripts: Script[]) {
  const clock = new FakeClock()
  const live = createLiveStatus(clock)
  const stop = new AbortController()
  const calls: number[] = []
  const client = {
    watchStatus: (_request: object, { signal }: { signal?: AbortSignal }) => {
      calls.push(clock.now())
      return (scripts.shift() ?? silence)(signal!)
    },
  }
  const done = followStatus({ client, live, clock, random: () => 1, log: pino({ level: 'silent' }) }, stop.signal)
  return { clock, live, calls, stop: async () => (stop.abort(), done) }
}

const silence: Script = async function* (signal) {
  await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
}

const says = (message: WatchStatusResponse, then: Script): Script =>
  async function* (signal) {
    yield message
    yield* then(signal)
  }

const breaks: Script = async function* () {
  throw new Error('broken')
}

test('a broken stream is followed anew, later each time, and never later than 2 s', async () => {
  const { clock, calls, stop } = follow(Array.from({ length: 8 }, () => breaks))
  for (let attempt = 1; attempt <= 8; attempt++) {
    await eventually(() => expect(calls).toHaveLength(attempt), 1_000)
    await eventually(() => {
      clock.advance(100)
      expect(calls.length).toBeGreaterThan(attempt)
    }, 2_000)
  }
  const gaps = calls.slice(1).map((at, i) => at - calls[i]!)
  expect(gaps.at(-1)).toBeLessThanOrEqual(2_200)
  expect(gaps.at(-1)).toBeGreaterThan(gaps[0]!)
  await stop()
})

test('a stream that falls silent is given up after 10 s and followed anew', async () => {
  const { clock, live, calls, stop } = follow([
    says(aMessage({ isFull: true, components: [aComponent({ id: 'a' })] }), silence),
  ])
  await eventually(() => expect(live.snapshot()?.components).toHaveLength(1), 1_000)
  clock.advance(9_000)
  expect(calls).toHaveLength(1)
  clock.advance(1_000)
  await eventually(() => {
    clock.advance(100)
    expect(calls).toHaveLength(2)
  }, 2_000)
  await stop()
})
