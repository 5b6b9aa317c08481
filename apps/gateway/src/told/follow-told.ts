import type { Clock, Timer } from '@akashic/shared/clock'
import type { Logger } from 'pino'
import type { LiveStatus } from '../live-status/live-status.ts'
import { readTold } from './read-told.ts'
import type { ToldClients } from './read-told.ts'

const retryMs = 250
const retryMaxMs = 30_000

export interface FollowToldDeps extends ToldClients {
  readonly live: LiveStatus
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
}

export interface ToldFollower {
  start(): void
  /** Gives up a read that is under way. */
  stop(): Promise<void>
}

/** Reads what the public is told whenever the status service says that it changed, and once after the start; meanwhile, and
 *  as long as it cannot be read, the last one stays. */
export function createToldFollower(deps: FollowToldDeps): ToldFollower {
  const { live, clock, log } = deps
  const stopping = new AbortController()
  let underWay: Promise<void> | null = null
  let retry: Timer | null = null
  let readVersion: number | null = null
  let failures = 0
  let unsubscribe = (): void => {}

  const read = async (version: number): Promise<void> => {
    try {
      live.acceptTold(await readTold(deps, version, stopping.signal))
      readVersion = version
      failures = 0
    } catch (error) {
      if (stopping.signal.aborted) return
      if (failures++ === 0)
        log.warn({ err: error }, 'what the public is told cannot be read; serving what was read last')
      const delayMs = Math.min(retryMaxMs, retryMs * 2 ** failures) * (0.5 + deps.random() / 2)
      retry = clock.after(delayMs, () => {
        retry = null
        consider()
      })
    }
  }
  const consider = (): void => {
    const version = live.isStale() ? undefined : live.snapshot()?.toldVersion
    // A service that says no version tells nothing in words.
    if (!version || version === readVersion || underWay || retry || stopping.signal.aborted) return
    underWay = read(version).finally(() => {
      underWay = null
      consider()
    })
  }

  return {
    start() {
      unsubscribe = live.onChange(consider)
      consider()
    },
    async stop() {
      stopping.abort()
      unsubscribe()
      retry?.cancel()
      await underWay
    },
  }
}
