import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

export interface RuleMetrics {
  readonly duration: Histogram
  readonly failures: Counter<'rule'>
  readonly rules: Gauge
  readonly lastPass: Gauge
}

export function createRuleMetrics(registry: Registry): RuleMetrics {
  const registers = [registry]
  return {
    duration: new Histogram({
      name: 'akashic_alert_rule_evaluation_seconds',
      help: 'How long it took to evaluate the alert rules that measure the same.',
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60],
      registers,
    }),
    failures: new Counter({
      name: 'akashic_alert_rule_failures_total',
      help: 'Evaluations of alert rules that failed, by rule.',
      labelNames: ['rule'],
      registers,
    }),
    rules: new Gauge({
      name: 'akashic_alert_rules',
      help: 'Alert rules that are configured.',
      registers,
    }),
    lastPass: new Gauge({
      name: 'akashic_alert_rules_last_pass_timestamp_seconds',
      help: 'When all alert rules were last known to be evaluated in time, by any replica.',
      registers,
    }),
  }
}
