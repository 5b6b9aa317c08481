import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What the engine measures of itself. */
export interface EngineMetrics {
  readonly lateness: Histogram
  readonly results: Counter<'kind' | 'outcome'>
  readonly lost: Counter
  readonly blind: Gauge
}

interface Gauged {
  readonly watched: () => number
  readonly paused: () => number
  readonly inFlight: () => number
  readonly buffered: () => number
  readonly shards: () => number
}

export function createEngineMetrics(registry: Registry, gauged: Gauged): EngineMetrics {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  gauge('akashic_checks_watched', 'Checks that this replica makes.', gauged.watched)
  gauge('akashic_checks_paused', 'Checks that do not run while their component is maintained.', gauged.paused)
  gauge('akashic_checks_in_flight', 'Checks that are running now.', gauged.inFlight)
  gauge('akashic_check_results_buffered', 'Results that are not written yet.', gauged.buffered)
  gauge('akashic_check_shards_held', 'Shards of checks that this replica holds, of 64.', gauged.shards)
  const blind = new Gauge({
    name: 'akashic_checker_blind',
    help: '1 while unrelated targets fail together, so that the checker itself must be cut off.',
    registers,
  })
  blind.set(0)
  return {
    lateness: new Histogram({
      name: 'akashic_check_lateness_seconds',
      help: 'How long after it was due a check started.',
      buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60],
      registers,
    }),
    results: new Counter({
      name: 'akashic_check_results_total',
      help: 'Results of checks by kind and outcome.',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    lost: new Counter({
      name: 'akashic_check_results_lost_total',
      help: 'Results that could not be kept until they could be written.',
      registers,
    }),
    blind,
  }
}
