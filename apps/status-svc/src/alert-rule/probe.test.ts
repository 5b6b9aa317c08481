import { configSchema } from '@akashic/config'
import { probesOf } from './probe.ts'
import type { RuleInput } from './rule-harness.ts'

const probes = (...rules: readonly RuleInput[]) =>
  probesOf(configSchema.parse({ components: [], alerts: { rules: [...rules] } }).alerts.rules).map((probe) => ({
    everyMs: probe.everyMs,
    names: probe.rules.map(({ name }) => name),
  }))

const slow = (name: string, over: string): RuleInput => ({
  ...{ kind: 'threshold', name, metric: 'response_time_p95', above: 1, over },
})

test('rules that look at the same are measured at once, short windows more often than long ones', () => {
  expect(
    probes(
      slow('day', '1d'),
      slow('hour', '1h'),
      slow('minutes', '10m'),
      slow('same-minutes', '10m'),
      { kind: 'burn_rate', name: 'budget', objective: 0.99 },
      { kind: 'burn_rate', name: 'other-budget', objective: 0.999 },
      { kind: 'absence', name: 'silent', over: '5m' },
      { kind: 'absence', name: 'silent-longer', over: '10m' },
      { kind: 'absence', name: 'silent-for-long', over: '7d' },
    ),
  ).toEqual([
    { everyMs: 15_000, names: ['minutes', 'same-minutes'] },
    { everyMs: 15_000, names: ['silent', 'silent-longer'] },
    { everyMs: 60_000, names: ['hour'] },
    { everyMs: 60_000, names: ['budget', 'other-budget'] },
    { everyMs: 60_000, names: ['silent-for-long'] },
    { everyMs: 24 * 60_000, names: ['day'] },
  ])
})
