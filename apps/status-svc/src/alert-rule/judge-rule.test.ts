import { configSchema } from '@akashic/config'
import { judgeRule } from './judge-rule.ts'
import type { RuleInput } from './rule-harness.ts'

const minute = 60_000
const parse = (rule: RuleInput) => configSchema.parse({ components: [], alerts: { rules: [rule] } }).alerts.rules[0]!

type Metric = 'response_time_max' | 'failure_ratio'

test.each<[Metric, number, string]>([
  ['response_time_max', 230.4, '230 ms'],
  ['response_time_max', 2_345, '2.3 s'],
  ['response_time_max', 12_345, '12 s'],
  ['failure_ratio', 0.004, '0.4 %'],
  ['failure_ratio', 0.123, '12 %'],
  ['failure_ratio', 1, '100 %'],
])('a %s of %d is told as %s', (metric, value, told) => {
  const rule = parse({ kind: 'threshold', name: 'any', metric, above: 0 })
  expect(judgeRule(rule, () => value, 1)).toMatchObject({ condition: 'holds', words: { value: told, window: '5m' } })
})

test('a figure that is just the limit is not above it, and one that could not be measured says nothing', () => {
  const rule = parse({ kind: 'threshold', name: 'any', metric: 'failure_ratio', above: 0.5 })
  expect([0.5, 0.51, null].map((value) => judgeRule(rule, () => value, 1).condition)).toEqual([
    'fails',
    'holds',
    'unknown',
  ])
})

const budget = parse({
  ...{ kind: 'burn_rate', name: 'budget', objective: 0.9 },
  windows: [
    { burnRate: 2, long: '60m', short: '5m', severity: 'critical' },
    { burnRate: 1, long: '360m', short: '30m', severity: 'warning' },
  ],
})
const judged = (ratios: Readonly<Record<number, number | null>>) =>
  judgeRule(budget, (_, windowMs) => ratios[windowMs / minute]!, 1)

test('a budget burns too fast only where the long and the short window both say so, and the worst counts', () => {
  expect(judged({ 60: 0.5, 5: 0.1, 360: 0.2, 30: 0.05 })).toEqual({ condition: 'fails' })
  expect(judged({ 60: 0.5, 5: 0.1, 360: 0.2, 30: 0.2 })).toMatchObject({ condition: 'holds', severity: 'warning' })
  expect(judged({ 60: 0.5, 5: 0.3, 360: 0.2, 30: 0.2 })).toMatchObject({
    ...{ condition: 'holds', severity: 'critical' },
    words: { value: '5.0', limit: '2', window: '1h' },
  })
})

test('a budget of which one window is not known is calm only where the other says so', () => {
  expect(judged({ 60: null, 5: 0.1, 360: 0.05, 30: null })).toEqual({ condition: 'fails' })
  expect(judged({ 60: 0.5, 5: null, 360: 0.05, 30: 0 })).toEqual({ condition: 'unknown' })
  expect(judged({ 60: 0.5, 5: null, 360: 0.2, 30: 0.2 })).toMatchObject({ condition: 'holds', doubtful: 'critical' })
})
