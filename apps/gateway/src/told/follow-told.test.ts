import { FakeClock } from '@akashic/shared/clock'
import { pino } from 'pino'
import { createLiveStatus } from '../live-status/live-status.ts'
import { applyMessage } from '../live-status/snapshot.ts'
import type { Snapshot } from '../live-status/snapshot.ts'
import { aComponent, aMessage } from '../testing/scripted-status-service.ts'
import { aPublicIncident } from '../testing/told-builders.ts'
import { createToldFollower } from './follow-told.ts'

function aFollower() {
  const clock = new FakeClock()
  const live = createLiveStatus(clock)
  const calls: number[] = []
  let answer = async (): Promise<string> => 'first'
  const incidents = {
    listPublicIncidents: async ({ onlyUnresolved }: { onlyUnresolved: boolean }) => {
      if (!onlyUnresolved) calls.push(clock.now())
      return { incidents: [aPublicIncident({ title: await answer() })], nextCursor: '' }
    },
  }
  const maintenances = { listMaintenances: async () => ({ maintenances: [], nextCursor: '' }) }
  const log = pino({ level: 'silent' })
  const follower = createToldFollower({ incidents, maintenances, live, clock, random: () => 1, log })
  let snapshot: Snapshot | null = null
  const say = (toldVersion: number): void => {
    const message = aMessage({ isFull: true, components: [aComponent({ id: 'web' })], toldVersion })
    live.accept((snapshot = applyMessage(snapshot, message, clock.now())))
  }
  return { clock, live, calls, follower, say, answerWith: (next: typeof answer) => (answer = next) }
}

const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

test('it is read at the start, also when the version is the one that was kept, and then once for each change', async () => {
  const { live, calls, follower, say, answerWith } = aFollower()
  live.acceptTold({ version: 7, incidents: [], maintenances: [] })
  follower.start()
  say(7)
  await settled()
  expect(live.told()).toMatchObject({ version: 7, incidents: [{ title: 'first' }] })
  say(7)
  await settled()
  expect(calls).toHaveLength(1)
  const heard: string[] = []
  live.onChange(() => heard.push(live.told().incidents[0]!.title))
  answerWith(async () => 'second')
  say(8)
  await settled()
  expect(live.told()).toMatchObject({ version: 8, incidents: [{ title: 'second' }] })
  expect(heard.at(-1)).toBe('second')
  expect(calls).toHaveLength(2)
})

test('a change that comes while another one is read is read after it', async () => {
  const { live, follower, say, answerWith } = aFollower()
  const held = Promise.withResolvers<string>()
  answerWith(async () => held.promise)
  follower.start()
  say(1)
  await settled()
  say(2)
  answerWith(async () => 'newest')
  held.resolve('older')
  await settled()
  expect(live.told()).toMatchObject({ version: 2, incidents: [{ title: 'newest' }] })
})

test('what cannot be read is tried again, later each time and within 30 s, and meanwhile the last is served', async () => {
  const { clock, live, calls, follower, say, answerWith } = aFollower()
  follower.start()
  say(1)
  await settled()
  answerWith(async () => {
    throw new Error('Postgres is away')
  })
  say(2)
  for (let tick = 0; tick < 1_200; tick++) {
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(100)
    say(2)
  }
  expect(live.told()).toMatchObject({ version: 1, incidents: [{ title: 'first' }] })
  const gaps = calls.slice(2).map((at, i) => at - calls[i + 1]!)
  expect(gaps.slice(0, 4)).toEqual(gaps.slice(0, 4).toSorted((a, b) => a - b))
  expect(gaps[1]).toBeGreaterThan(gaps[0]!)
  expect(Math.max(...gaps)).toBeLessThanOrEqual(30_500)
  answerWith(async () => 'back')
  clock.advance(30_000)
  say(2)
  await settled()
  expect(live.told()).toMatchObject({ version: 2, incidents: [{ title: 'back' }] })
})

test('a status service that tells nothing in words is asked nothing, and neither is one that is away', async () => {
  const { clock, live, calls, follower, say } = aFollower()
  follower.start()
  say(0)
  await settled()
  say(3)
  await settled()
  expect(calls).toHaveLength(1)
  clock.advance(60_000)
  live.tick()
  live.acceptTold({ version: 2, incidents: [], maintenances: [] })
  await settled()
  expect(calls).toHaveLength(1)
})

test('after the end nothing is tried again', async () => {
  const { clock, calls, follower, say, answerWith } = aFollower()
  answerWith(async () => {
    throw new Error('away')
  })
  follower.start()
  say(1)
  await settled()
  await follower.stop()
  clock.advance(60_000)
  say(2)
  await settled()
  expect(calls).toHaveLength(1)
})
