import type { Logger } from 'pino'
import type { Clock, Timer } from '../../clock/index.ts'
import type { Database } from '../../postgres/index.ts'
import { dropExpired, tryDropping } from './store.ts'

export interface RetentionDeps {
  readonly db: Database
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
}

export interface Retention {
  /** Begins to drop what is past the retention of its topic, now and every ten minutes. Does nothing when it has begun. */
  start(): void
  stop(): Promise<void>
}

const everyMs = 600_000
/** Of one partition in one statement, so that none runs for long. */
const batchSize = 5_000

/** Keeps the log no longer than its topics say. Of several processes, one at a time does it. */
export function createRetention({ db, clock, random, log }: RetentionDeps): Retention {
  let timer: Timer | undefined
  let underWay: Promise<void> | undefined
  let isStopped = false

  function run(): void {
    underWay = dropAll(db, clock, () => isStopped)
      .catch((error: unknown) => {
        log.warn({ err: error }, 'events past their retention could not be dropped; they are tried again')
      })
      .finally(() => {
        if (!isStopped) timer = clock.after(everyMs * (0.75 + random() / 2), run)
      })
  }

  return {
    start: () => {
      if (underWay === undefined && !isStopped) run()
    },
    stop: async () => {
      isStopped = true
      timer?.cancel()
      await underWay
    },
  }
}

async function dropAll(db: Database, clock: Clock, isStopped: () => boolean): Promise<void> {
  let dropped: number
  do {
    dropped = await db.transaction(async (tx) =>
      (await tryDropping(tx)) ? dropExpired(tx, clock.now(), batchSize) : 0,
    )
  } while (dropped > 0 && !isStopped())
}
