import type { ComponentUptime, StatusService } from '@akashic/proto'
import { systemActor } from '@akashic/shared/audit'
import type { Clock } from '@akashic/shared/clock'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import type { SnapshotComponent } from './snapshot.ts'

/** Bars and sparklines move slowly; they are asked for again after this long, or once the component changed. */
export const uptimeFreshMs = 60_000
/** A component that changes all the time is not asked for more often than this. */
const uptimeCalmMs = 5_000
/** Components whose uptime is kept: about 25 KB each. */
const keptMax = 1_000
/** Components that one call asks for: their bars are about 25 KB each. */
const chunk = 100
/** How long a reader waits for bars that were never fetched. */
const firstFetchMs = 2_000

export interface KnownUptime {
  readonly uptime: ComponentUptime
  readonly fetchedAtMs: number
}

/** The uptime of components, fetched when somebody looks, and kept for when the status service is away. */
export interface UptimeBoard {
  /** What is known of `components`; waits at most 2 s for those of which nothing is known yet. */
  lookUp(components: readonly SnapshotComponent[]): Promise<ReadonlyMap<string, KnownUptime>>
  /** Moves whenever something newer was fetched. */
  version(): number
  /** Everything known, to be kept on disk. */
  entries(): readonly KnownUptime[]
  restore(entries: readonly KnownUptime[]): void
}

export interface UptimeBoardDeps {
  readonly client: Pick<RpcClientOf<StatusService>, 'listUptime'>
  readonly clock: Clock
  readonly log: Logger
}

/** True while `known` need not be fetched again. */
export function isFresh(known: KnownUptime | undefined, component: SnapshotComponent, nowMs: number): boolean {
  if (!known) return false
  const ageMs = nowMs - known.fetchedAtMs
  return ageMs < uptimeCalmMs || (ageMs < uptimeFreshMs && component.sinceMs <= known.fetchedAtMs)
}

export function createUptimeBoard({ client, clock, log }: UptimeBoardDeps): UptimeBoard {
  const known = new LRUCache<string, KnownUptime>({ max: keptMax })
  const underWay = new Map<string, Promise<void>>()
  let version = 0
  const { principal } = systemActor('gateway')

  const fetch = async (ids: readonly string[]): Promise<void> => {
    const fetchedAtMs = clock.now()
    try {
      const { components } = await client.listUptime({ componentIds: [...ids] }, { principal })
      for (const uptime of components) known.set(uptime.componentId, { uptime, fetchedAtMs })
      version++
    } catch (error) {
      log.debug({ err: error }, 'uptime could not be fetched')
    } finally {
      for (const id of ids) underWay.delete(id)
    }
  }
  const refresh = (ids: readonly string[]): void => {
    for (let start = 0; start < ids.length; start += chunk) {
      const part = ids.slice(start, start + chunk)
      const fetched = Promise.resolve().then(async () => fetch(part))
      for (const id of part) underWay.set(id, fetched)
    }
  }

  return {
    async lookUp(components) {
      const old = components.filter((component) => !isFresh(known.get(component.id), component, clock.now()))
      refresh(old.map((component) => component.id).filter((id) => !underWay.has(id)))
      const missing = old.flatMap(({ id }) => (known.has(id) ? [] : (underWay.get(id) ?? [])))
      if (missing.length > 0) await atMost(clock, firstFetchMs, Promise.all(missing))
      return new Map(components.flatMap(({ id }) => pairOf(id, known.get(id))))
    },
    version: () => version,
    entries: () => [...known.values()],
    restore(entries) {
      for (const entry of entries) known.set(entry.uptime.componentId, entry)
      version++
    },
  }
}

const pairOf = (id: string, known: KnownUptime | undefined): [string, KnownUptime][] => (known ? [[id, known]] : [])

async function atMost(clock: Clock, delayMs: number, work: Promise<unknown>): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = clock.after(delayMs, resolve)
    void work.finally(() => {
      timer.cancel()
      resolve()
    })
  })
}
