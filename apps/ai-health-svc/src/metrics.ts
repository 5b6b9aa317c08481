import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Clock } from '@akashic/shared/clock'
import type { AiProvider } from '@akashic/config'
import type { Circuit } from './circuit/circuit.ts'

export interface MetricsDeps {
  readonly registry: Registry
  readonly clock: Clock
  readonly providers: () => readonly AiProvider[]
  readonly circuitOf: (provider: AiProvider, model: AiProvider['models'][number]) => Circuit
}

const rateWindowSeconds = 15
const states = ['closed', 'half_open', 'open'] as const

/** What this service counts. Labels are names of the configuration, never what callers send. */
export function createAiMetrics({ registry, clock, providers, circuitOf }: MetricsDeps) {
  const registers = [registry]
  const second = () => Math.floor(clock.now() / 1_000)
  const times = new Map<number, number>()

  new Gauge({
    registers,
    name: 'ai_requests_per_second',
    help: `Requests of the AI proxy a second, over the last ${rateWindowSeconds} s; for autoscaling.`,
    collect() {
      const now = second()
      let sum = 0
      for (const [at, count] of times) {
        if (at < now - rateWindowSeconds) times.delete(at)
        else if (at < now) sum += count
      }
      this.set(sum / rateWindowSeconds)
    },
  })
  new Gauge({
    registers,
    name: 'akashic_ai_circuit_state',
    help: 'State of the circuit of a model: 0 closed, 1 half open, 2 open.',
    labelNames: ['provider', 'model'] as const,
    collect() {
      this.reset()
      for (const provider of providers()) {
        for (const model of provider.models) {
          const { state } = circuitOf(provider, model)
          this.set({ provider: provider.name, model: model.id }, states.indexOf(state))
        }
      }
    },
  })
  const requests = new Counter({
    registers,
    name: 'akashic_ai_requests_total',
    help: 'Requests of the AI proxy, by who answered and how it ended.',
    labelNames: ['endpoint', 'provider', 'outcome'] as const,
  })
  const seconds = new Histogram({
    registers,
    name: 'akashic_ai_request_seconds',
    help: 'Time from a request of the AI proxy to the end of its answer, all attempts and waits included.',
    labelNames: ['endpoint'] as const,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
  })
  const attempts = new Counter({
    registers,
    name: 'akashic_ai_attempts_total',
    help: 'Attempts at providers, by what came of them: `answered` or a class of failure.',
    labelNames: ['provider', 'model', 'outcome'] as const,
  })
  const dropped = new Counter({
    registers,
    name: 'akashic_ai_quality_dropped_total',
    help: 'Answers whose quality was not judged.',
    labelNames: ['reason'] as const,
  })
  let droppedTotal = 0
  return {
    arrived: (): void => {
      const at = second()
      times.set(at, (times.get(at) ?? 0) + 1)
      if (times.size > 4 * rateWindowSeconds)
        for (const old of times.keys()) if (old < at - rateWindowSeconds) times.delete(old)
    },
    served: (endpoint: string, provider: string, outcome: string, durationMs: number): void => {
      requests.inc({ endpoint, provider, outcome })
      seconds.observe({ endpoint }, durationMs / 1_000)
    },
    attempted: (provider: string, model: string, outcome: string): void => attempts.inc({ provider, model, outcome }),
    dropped: (reason: string): void => {
      droppedTotal += 1
      dropped.inc({ reason })
    },
    droppedTotal: (): number => droppedTotal,
  }
}
