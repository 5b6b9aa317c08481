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
  const message = () =>
    aMessage({ isFull: true, components: [aComponent({ id: 'a' })], generatedAtMs: 1, asOfMs: clock.now() })
  const snapshot = applyMessage(null, message())
  live.accept(snapshot)
  clock.advance(10_000)
  live.tick()
  expect(heard).toEqual([false])
  clock.advance(1_000)
  live.tick()
  live.tick()
  expect(heard).toEqual([false, true])
  expect(live.ageMs()).toBe(11_000)
  live.accept(applyMessage(snapshot, { ...message(), isFull: false, components: [] }))
  expect(heard).toEqual([false, true, false])
})
