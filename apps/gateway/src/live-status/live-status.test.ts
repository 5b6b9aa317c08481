import { FakeClock } from '@akashic/shared/clock'
import { aComponent, aMessage } from '../testing/scripted-status-service.ts'
import { createLiveStatus } from './live-status.ts'
import { applyMessage } from './snapshot.ts'

test('a picture that nobody vouched for in 10 s is stale, and live again once somebody does', () => {
  const clock = new FakeClock()
  const live = createLiveStatus(clock)
  const heard: boolean[] = []
  live.onChange(() => heard.push(live.isStale()))
  expect(live.isStale()).toBe(true)
  const message = () => aMessage({ isFull: true, components: [aComponent({ id: 'a' })], generatedAtMs: 1 })
  const snapshot = applyMessage(null, message(), clock.now())
  live.accept(snapshot)
  clock.advance(10_000)
  live.tick()
  expect(heard).toEqual([false])
  clock.advance(1_000)
  live.tick()
  live.tick()
  expect(heard).toEqual([false, true])
  expect(live.ageMs()).toBe(11_000)
  live.accept(applyMessage(snapshot, { ...message(), isFull: false, components: [] }, clock.now()))
  expect(heard).toEqual([false, true, false])
})

test('how fresh a picture is does not depend on the clock of the service that sent it', () => {
  const clock = new FakeClock()
  const live = createLiveStatus(clock)
  const hourAhead = aMessage({ isFull: true, asOfMs: clock.now() + 3_600_000, asOfAgeMs: 500 })
  live.accept(applyMessage(null, hourAhead, clock.now()))
  expect([live.isStale(), live.ageMs()]).toEqual([false, 500])
  clock.advance(11_000)
  expect(live.isStale()).toBe(true)
})

test('a kept picture from the future vouches for nothing', () => {
  const clock = new FakeClock()
  const live = createLiveStatus(clock)
  live.accept(applyMessage(null, aMessage({ isFull: true }), clock.now() + 3_600_000))
  expect(live.isStale()).toBe(true)
})
