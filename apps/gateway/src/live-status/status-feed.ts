import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import type { StatusService } from '@akashic/proto'
import type { Cache } from '@akashic/shared/cache'
import type { Clock } from '@akashic/shared/clock'
import type { RpcClientOf } from '@akashic/shared/rpc'
import type { Logger } from 'pino'
import { every } from '../every.ts'
import { createToldFollower } from '../told/follow-told.ts'
import { createToldKeeper } from '../told/keep-told.ts'
import type { ToldClients } from '../told/read-told.ts'
import { writeAtomically } from './atomic-file.ts'
import { followStatus } from './follow-status.ts'
import { createSnapshotKeeper, keepEveryMs } from './keep-snapshot.ts'
import { createLiveStatus } from './live-status.ts'
import type { LiveStatus } from './live-status.ts'
import { createUptimeBoard } from './uptime-board.ts'
import type { KnownUptime, UptimeBoard } from './uptime-board.ts'

export interface StatusFeedDeps {
  readonly client: Pick<RpcClientOf<StatusService>, 'watchStatus' | 'listUptime'>
  readonly toldBy: ToldClients
  readonly cache: Cache
  readonly clock: Clock
  readonly random: () => number
  readonly dataDir: string
  readonly log: Logger
}

/** Everything the gateway knows of the status, fed by the status service, kept on disk for when that is away. */
export interface StatusFeed {
  readonly live: LiveStatus
  readonly board: UptimeBoard
  /** Takes up what was kept, begins to follow, and waits up to `waitMs` for the first live status and its words. */
  start(waitMs: number): Promise<void>
  stop(): Promise<void>
}

const keepUptimeEveryMs = 60_000

export function createStatusFeed(deps: StatusFeedDeps): StatusFeed {
  const { clock, log, dataDir } = deps
  const live = createLiveStatus(clock)
  const board = createUptimeBoard(deps)
  const keeper = createSnapshotKeeper({ ...deps, live })
  const toldKeeper = createToldKeeper({ ...deps, live })
  const toldFollower = createToldFollower({ ...deps, ...deps.toldBy, live })
  const uptimeKeeper = createUptimeKeeper(join(dataDir, 'status-uptime.json'), board, log)
  const stopping = new AbortController()
  const timers = [
    every(clock, 1_000, async () => live.tick(), log),
    every(clock, keepEveryMs, async () => keeper.save(), log),
    every(clock, keepEveryMs, async () => toldKeeper.save(), log),
    every(clock, keepUptimeEveryMs, async () => uptimeKeeper.save(), log),
  ]
  let following: Promise<void> = Promise.resolve()

  return {
    live,
    board,
    async start(waitMs) {
      await uptimeKeeper.load()
      const [kept, keptTold] = await Promise.all([keeper.load(), toldKeeper.load()])
      if (kept) live.accept(kept)
      if (keptTold) live.acceptTold(keptTold)
      toldFollower.start()
      following = followStatus({ ...deps, live }, stopping.signal)
      await firstLive(live, clock, waitMs)
      for (const timer of timers) timer.start()
    },
    async stop() {
      stopping.abort()
      await Promise.all(timers.map(async (timer) => timer.stop()))
      await Promise.all([following, toldFollower.stop()])
      await Promise.all([keeper.save(), toldKeeper.save(), uptimeKeeper.save()])
    },
  }
}

async function firstLive(live: LiveStatus, clock: Clock, waitMs: number): Promise<void> {
  const isWhole = (): boolean => !live.isStale() && live.told().version === live.snapshot()?.toldVersion
  if (isWhole()) return
  await new Promise<void>((resolve) => {
    const timer = clock.after(waitMs, () => {
      stop()
      resolve()
    })
    const stop = live.onChange(() => {
      if (!isWhole()) return
      stop()
      timer.cancel()
      resolve()
    })
  })
}

/** Keeps bars and response times on disk, so that the page is whole after a restart without the status service. */
function createUptimeKeeper(path: string, board: UptimeBoard, log: Logger) {
  let writtenVersion = 0
  return {
    async load(): Promise<void> {
      const text = await readFile(path, 'utf8').catch(() => null)
      if (text === null) return
      try {
        board.restore(JSON.parse(text) as KnownUptime[])
        writtenVersion = board.version()
      } catch (error) {
        log.warn({ err: error, path }, 'the kept uptime is not readable; it is fetched anew')
      }
    },
    async save(): Promise<void> {
      if (board.version() === writtenVersion) return
      writtenVersion = board.version()
      await writeAtomically(path, JSON.stringify(board.entries())).catch((error: unknown) =>
        log.warn({ err: error, path }, 'the uptime cannot be kept on disk'),
      )
    },
  }
}
