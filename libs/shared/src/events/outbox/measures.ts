import { Counter, Gauge, type Registry } from 'prom-client'
import type { RelayOptions } from './relay.ts'
import { readBacklog, type Backlog } from './store.ts'

const countUpTo = 100_000

type Read = () => Promise<Backlog | null>

interface Measures {
  readonly published: Counter<'outbox'>
  readonly refused: Counter<'outbox'>
  /** How each outbox of the process is counted, by its schema. */
  readonly outboxes: Map<string, Read>
}

/** A process may have several outboxes, and has each measure once. */
const ofRegistry = new WeakMap<Registry, Measures>()

/** What a relay tells of itself, and of its outbox whenever it is asked. */
export function measuresOf(metrics: Registry, { schema, db, clock, log }: RelayOptions) {
  const measures = ofRegistry.get(metrics) ?? createMeasures(metrics, clock)
  // Gauges are collected at once: they share what is read, or one would tell what the other read the last time.
  let underWay: Promise<Backlog | null> | undefined
  const read = (): Promise<Backlog | null> =>
    (underWay ??= readBacklog(db, schema, countUpTo)
      .catch((error: unknown) => {
        log.warn({ err: error, outbox: schema }, 'the outbox could not be counted')
        return null
      })
      .finally(() => (underWay = undefined)))
  measures.outboxes.set(schema, read)
  return measures
}

function createMeasures(metrics: Registry, clock: RelayOptions['clock']): Measures {
  const labels = { labelNames: ['outbox'] as const, registers: [metrics] }
  const outboxes = new Map<string, Read>()
  const told = (name: string, help: string, valueOf: (backlog: Backlog) => number) =>
    new Gauge({
      ...labels,
      name,
      help,
      async collect() {
        const all = await Promise.all([...outboxes].map(async ([outbox, read]) => [outbox, await read()] as const))
        this.reset()
        for (const [outbox, backlog] of all) if (backlog !== null) this.set({ outbox }, valueOf(backlog))
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
  const measures = { published, refused, outboxes }
  ofRegistry.set(metrics, measures)
  return measures
}
