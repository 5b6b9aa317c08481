import { Counter, Gauge, type Registry } from 'prom-client'
import type { RelayOptions } from './relay.ts'
import { readBacklog, type Backlog } from './store.ts'

const countUpTo = 100_000

/** What a relay tells of itself, and of its outbox whenever it is asked. */
export function measuresOf(metrics: Registry, { schema, db, clock, log }: RelayOptions) {
  const labels = { labelNames: ['outbox'] as const, registers: [metrics] }
  // Gauges are collected at once: they share what is read, or one would tell what the other read the last time.
  let underWay: Promise<Backlog | null> | undefined
  const read = (): Promise<Backlog | null> =>
    (underWay ??= readBacklog(db, schema, countUpTo)
      .catch((error: unknown) => {
        log.warn({ err: error, outbox: schema }, 'the outbox could not be counted')
        return null
      })
      .finally(() => (underWay = undefined)))
  const told = (name: string, help: string, valueOf: (backlog: Backlog) => number) =>
    new Gauge({
      ...labels,
      name,
      help,
      async collect() {
        const backlog = await read()
        if (backlog === null) this.reset()
        else this.set({ outbox: schema }, valueOf(backlog))
      },
    })
  const waitingFor = 'For how long the oldest event waits to be published.'
  told(
    'akashic_outbox_waiting',
    `Events that wait to be published, counted up to ${countUpTo}.`,
    ({ waiting }) => waiting,
  )
  told('akashic_outbox_oldest_seconds', waitingFor, ({ oldestAt }) => {
    return oldestAt === null ? 0 : Math.max(0, clock.now() - oldestAt.getTime()) / 1_000
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
