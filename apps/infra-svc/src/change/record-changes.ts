import { infraEvents, makeEvent } from '@akashic/events'
import type { Clock, Timer } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import type { Outbox } from '@akashic/shared/events'
import type { Database } from '@akashic/shared/postgres'
import type { Logger } from 'pino'
import type { Change } from './change.ts'
import { insertChanges } from './store.ts'

const mostWaiting = 2_000
const atOnce = 200
const firstPauseMs = 500
const longestPauseMs = 30_000

export interface ChangeRecorder {
  /** Takes in a change that was seen, to be written soon. While the database is away 2,000 wait: one more takes the place of
   *  the oldest of the kind of which most do. */
  add(change: Change): void
  /** Those of a cluster that wait to be written. */
  unwritten(cluster: string): readonly Change[]
  /** Writes what waits once more, and then no more. */
  stop(): Promise<void>
}

export interface RecordDeps {
  readonly db: Database
  readonly outbox: Outbox
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
}

/** Keeps the changes that are seen, and tells of each by an event; once, however many replicas saw it. */
export function createChangeRecorder(deps: RecordDeps): ChangeRecorder {
  const { clock, random, log } = deps
  const waiting = new Map<string, Change>()
  let failures = 0
  let timer: Timer | undefined
  let writing = Promise.resolve()
  let isStopped = false

  async function writeAll(): Promise<void> {
    try {
      while (waiting.size > 0) {
        const batch = [...waiting.values()].slice(0, atOnce)
        await recordOrDrop(deps, batch)
        for (const change of batch) if (waiting.get(change.id) === change) waiting.delete(change.id)
        failures = 0
      }
    } catch (error) {
      if (failures++ === 0) log.warn({ err: error, waiting: waiting.size }, 'changes cannot be recorded; they wait')
    }
  }

  /** One run after the other. Full jitter after a failure. */
  function writeIn(delayMs: number): void {
    if (timer !== undefined || isStopped) return
    timer = clock.after(delayMs, () => {
      writing = writeAll().then(() => {
        timer = undefined
        if (waiting.size > 0) writeIn(Math.min(firstPauseMs * 2 ** failures, longestPauseMs) * random())
      })
    })
  }

  return {
    add: (change) => {
      if (waiting.size >= mostWaiting && !waiting.has(change.id)) {
        const oldest = oldestOfMost(waiting.values())
        waiting.delete(oldest)
        log.warn({ change: oldest }, 'a change was let go of: too many wait to be recorded')
      }
      waiting.set(change.id, change)
      writeIn(0)
    },
    unwritten: (cluster) => [...waiting.values()].filter((change) => change.cluster === cluster),
    stop: async () => {
      isStopped = true
      timer?.cancel()
      await writing
      await writeAll()
    },
  }
}

function oldestOfMost(changes: Iterable<Change>): string {
  const [most = []] = [...Map.groupBy(changes, ({ kind }) => kind).values()].toSorted((a, b) => b.length - a.length)
  return most[0]?.id ?? ''
}

/** What the database does not take is let go of alone: it must not keep the others back. */
async function recordOrDrop(deps: RecordDeps, changes: readonly Change[]): Promise<void> {
  try {
    await record(deps, changes)
  } catch (error) {
    if (error instanceof OpsError && error.code !== 'resource_exhausted') throw error
    if (changes.length === 1) {
      deps.log.warn({ err: error, change: changes[0]?.id }, 'a change cannot be recorded, and is let go of')
      return
    }
    for (const change of changes) await recordOrDrop(deps, [change])
  }
}

async function record({ db, outbox, clock }: RecordDeps, changes: readonly Change[]): Promise<void> {
  const told = changes.map((change) => ({ change, event: eventOf(change, clock.now()) }))
  await db.transaction(async (tx) => {
    const inserted = await insertChanges(tx, changes)
    await outbox.add(
      tx,
      told.filter(({ change }) => inserted.has(change.id)).map(({ event }) => event),
    )
  })
}

function eventOf({ id, cluster, kind, object, by, summary, at }: Change, nowMs: number) {
  const data = {
    ...{ cluster, changeId: id, kind, object, by },
    summary: summary.slice(0, 1_000),
    at: new Date(at).toISOString(),
  }
  return makeEvent(infraEvents.change_seen, { id }, data, { nowMs, actor: 'service:infra' })
}
