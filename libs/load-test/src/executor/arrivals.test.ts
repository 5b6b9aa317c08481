import { arrivalPlan, rampedVus } from './arrivals.ts'

const open = { timeUnitMs: 1_000, maxVus: 10 }
const times = (plan: ReturnType<typeof arrivalPlan>) =>
  Array.from({ length: plan.count }, (_, index) => Math.round(plan.at(index)))

test('a constant rate starts iterations at even distances', () => {
  const plan = arrivalPlan({ kind: 'constant-arrival-rate', rate: 4, durationMs: 1_500, ...open })
  expect(times(plan)).toEqual([0, 250, 500, 750, 1_000, 1_250])
})

test('a rate refers to its time unit', () => {
  const plan = arrivalPlan({ kind: 'constant-arrival-rate', rate: 30, durationMs: 10_000, ...open, timeUnitMs: 60_000 })
  expect(times(plan)).toEqual([0, 2_000, 4_000, 6_000, 8_000])
})

test.each([
  ['up', 0, [{ durationMs: 10_000, target: 20 }], 100],
  ['down', 20, [{ durationMs: 10_000, target: 0 }], 100],
  [
    'up, level and down',
    0,
    [
      { durationMs: 5_000, target: 10 },
      { durationMs: 10_000, target: 10 },
      { durationMs: 5_000, target: 0 },
    ],
    150,
  ],
  [
    'by a jump',
    5,
    [
      { durationMs: 2_000, target: 5 },
      { durationMs: 0, target: 50 },
      { durationMs: 2_000, target: 50 },
    ],
    110,
  ],
])('a ramp %s starts as many as the area below its rate, in order and at that rate', (_, startRate, stages, count) => {
  const plan = arrivalPlan({ kind: 'ramping-arrival-rate', startRate, stages, ...open })
  expect(plan.count).toBe(count)
  const all = Array.from({ length: count }, (__, index) => plan.at(index))
  expect(all.toSorted((a, b) => a - b)).toEqual(all)
  const span = stages.reduce((sum, { durationMs }) => sum + durationMs, 0)
  for (let from = 0; from < span; from += 1_000) {
    const started = all.filter((at) => at >= from && at < from + 1_000).length
    const [low, high] = [rateAt(startRate, stages, from), rateAt(startRate, stages, from + 999.9)].toSorted(
      (a, b) => a - b,
    )
    expect(started).toBeGreaterThanOrEqual(Math.floor(low!) - 1)
    expect(started).toBeLessThanOrEqual(Math.ceil(high!) + 1)
  }
})

function rateAt(start: number, stages: readonly { durationMs: number; target: number }[], atMs: number): number {
  let from = start
  let before = 0
  for (const { durationMs, target } of stages) {
    if (atMs < before + durationMs) return from + ((target - from) * (atMs - before)) / durationMs
    before += durationMs
    from = target
  }
  return from
}

test('virtual users follow their ramp', () => {
  const stages = [
    { durationMs: 10_000, target: 10 },
    { durationMs: 5_000, target: 10 },
    { durationMs: 0, target: 4 },
    { durationMs: 4_000, target: 0 },
  ]
  expect([0, 5_000, 9_999, 12_000, 15_000, 17_000, 19_000].map((at) => rampedVus(0, stages, at))).toEqual([
    0, 5, 10, 10, 4, 2, 0,
  ])
})
