import { AlarmClock } from './alarm-clock.ts'

let clock: AlarmClock
beforeEach(async () => {
  clock = new AlarmClock()
  await clock.start()
})
afterEach(() => clock.stop())

test('several wait for it at a time, and each is woken in its turn, not before', async () => {
  const from = performance.now()
  const woken: number[] = []
  const early: number[] = []
  const waits = [60, 20, 40, 20.5, 0, -5].map(async (ms) => {
    await clock.wakeAt(from + ms)
    woken.push(ms)
    if (performance.now() - from < ms - 0.3) early.push(ms)
  })
  await Promise.all(waits)
  expect(woken.toSorted((a, b) => a - b)).toEqual(woken)
  expect(early).toEqual([])
}, 20_000)

test('who is to be woken sooner than what it sleeps for is', async () => {
  const from = performance.now()
  let isLateAwake = false
  void clock.wakeAt(from + 3_600_000).then(() => (isLateAwake = true))
  await clock.wakeAt(from + 10)
  expect(isLateAwake).toBe(false)
}, 20_000)
