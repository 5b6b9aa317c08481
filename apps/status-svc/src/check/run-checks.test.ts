import { FakeClock } from '@akashic/shared/clock'
import { componentSchema } from '@akashic/config'
import { unjudged } from './judge.ts'
import { CheckRunner } from './run-checks.ts'
import { definitionsOf, WatchedCheck } from './watched-check.ts'

test('a check whose next time cannot be told is told as an error and runs again after its interval', async () => {
  const clock = new FakeClock(0)
  const errors: unknown[] = []
  const runs: number[] = []
  const runner = new CheckRunner({
    clock,
    monotonicMs: () => clock.now(),
    limits: () => ({ maxConcurrent: 1, maxPerHost: 1 }),
    allowHosts: () => [],
    runCheck: async () => ({ outcome: 'operational', latencyMs: 1, timings: {}, neverAnswered: false }),
    evaluate: async () => null,
    mayStart: () => true,
    settle: async () => {
      runs.push(clock.now())
      return NaN
    },
    onError: (error) => errors.push(error),
  })
  const spec = componentSchema.parse({ id: 'web', name: 'Web', checks: [{ kind: 'tcp', host: 'web', port: 1 }] })
  const record = { id: 'web', num: 1, version: 1, position: 0, createdAtMs: 0, spec }
  const [definition] = definitionsOf([record])
  const known = { num: 1, fencingToken: 1, seeingSinceMs: 0, state: unjudged(0), group: 'web' }
  runner.add(new WatchedCheck(definition!, known), 0)
  for (let i = 0; i < 130; i++) {
    clock.advance(1_000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  runner.stop()
  expect(runs).toHaveLength(3)
  expect(errors).toHaveLength(3)
  expect(errors[0]).toBeInstanceOf(RangeError)
})

test('a check that another replica may have taken over does not start, and goes on once it is known to be ours', async () => {
  const clock = new FakeClock(0)
  const runs: number[] = []
  let isOurs = false
  const runner = new CheckRunner({
    clock,
    monotonicMs: () => clock.now(),
    limits: () => ({ maxConcurrent: 1, maxPerHost: 1 }),
    allowHosts: () => [],
    runCheck: async () => {
      runs.push(clock.now())
      return { outcome: 'operational', latencyMs: 1, timings: {}, neverAnswered: false }
    },
    evaluate: async () => null,
    mayStart: () => isOurs,
    settle: async () => 60_000,
    onError: () => undefined,
  })
  const spec = componentSchema.parse({ id: 'web', name: 'Web', checks: [{ kind: 'tcp', host: 'web', port: 1 }] })
  const [definition] = definitionsOf([{ id: 'web', num: 1, version: 1, position: 0, createdAtMs: 0, spec }])
  const known = { num: 1, fencingToken: 1, seeingSinceMs: 0, state: unjudged(0), group: 'web' }
  runner.add(new WatchedCheck(definition!, known), 0)
  clock.advance(90_000)
  expect(runs).toEqual([])
  isOurs = true
  clock.advance(2_000)
  expect(runs).toHaveLength(1)
  runner.stop()
})
