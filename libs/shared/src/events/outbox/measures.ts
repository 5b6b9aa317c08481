import { Counter, Gauge, type Registry } from 'prom-client'
import type { RelayOptions } from './relay.ts'
import { readBacklog } from './store.ts'

const countUpTo = 100_000

/** What a relay tells of itself, and of its outbox whenever it is asked. */
export function measuresOf(metrics: Registry, { schema, db, clock, log }: RelayOptions) {
  const labels = { labelNames: ['outbox'] as const, registers: [metrics] }
  new Gauge({
    ...labels,
    name: 'akashic_outbox_waiting',
    help: `Events that wait to be published, counted up to ${countUpTo}.`,
    async collect() {
      const backlog = await readBacklog(db, schema, countUpTo).catch((error: unknown) => {
        log.warn({ err: error, outbox: schema }, 'the outbox could not be counted')
        return null
      })
      if (backlog === null) return this.reset()
      const oldestMs = backlog.oldestAt === null ? 0 : clock.now() - backlog.oldestAt.getTime()
      this.set({ outbox: schema }, backlog.waiting)
      age.set({ outbox: schema }, Math.max(0, oldestMs) / 1_000)
    },
  })
  const age = new Gauge({
    ...labels,
    name: 'akashic_outbox_oldest_seconds',
    help: 'For how long the oldest event waits to be published.',
  })
  const published = new Counter({
    ...labels,
    name: 'akashic_outbox_published_total',
    help: 'Events that the relay of this process published.',
  })
  const refused = new Counter({
    ...labels,
    name: 'akashic_outbox_refused_total',
    help: 'Events that their topic would never take, and that went to the dead letters.',
  })
  return { published, refused }
}
