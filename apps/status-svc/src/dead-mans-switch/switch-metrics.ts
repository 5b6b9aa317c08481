import { Counter, Gauge, type Registry } from 'prom-client'

export interface SwitchMetrics {
  readonly lastSignal: Gauge
  readonly failures: Counter
}

export function createSwitchMetrics(registry: Registry): SwitchMetrics {
  const registers = [registry]
  return {
    lastSignal: new Gauge({
      name: 'akashic_dead_mans_switch_last_signal_timestamp_seconds',
      help: "When this replica last told outside that the dead man's switch came through.",
      registers,
    }),
    failures: new Counter({
      name: 'akashic_dead_mans_switch_failures_total',
      help: "Attempts of this replica to tell outside of the dead man's switch that failed.",
      registers,
    }),
  }
}
