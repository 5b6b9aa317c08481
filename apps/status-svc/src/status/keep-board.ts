import type { Clock } from '@akashic/shared/clock'
import type { Database } from '@akashic/shared/postgres'
import type { Logger } from 'pino'
import { readPayload, stateChannel } from './announce-states.ts'
import type { Board } from './board.ts'
import { readAllStates, readStates } from './state-store.ts'

export interface BoardKeeperDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly replicaId: string
  readonly board: Board
}

/** Keeps the board equal to the database: by what other replicas say they wrote, and by reading it all from time to time. */
export interface BoardKeeper {
  start(): Promise<void>
  stop(): Promise<void>
  /** Reads what was announced; everything, when a notice may have been missed or it has been long. */
  tick(nowMs: number): Promise<void>
  /** When the board was last known to equal the database. */
  asOfMs(): number
}

const longestBetweenFullReadsMs = 15_000

export function createBoardKeeper(deps: BoardKeeperDeps): BoardKeeper {
  const { db, clock, board, replicaId } = deps
  const announced = new Set<number>()
  let fullReadDueMs = 0
  let asOfMs = clock.now()
  let stopListening: () => Promise<void> = async () => undefined

  function note(payload: string): void {
    const { replicaId: writer, nums } = readPayload(payload)
    if (writer === replicaId) return
    if (nums === null) fullReadDueMs = 0
    else for (const num of nums) announced.add(num)
  }

  async function readAll(nowMs: number): Promise<void> {
    announced.clear()
    fullReadDueMs = nowMs + longestBetweenFullReadsMs
    try {
      board.replace(await readAllStates(db))
    } catch (error) {
      fullReadDueMs = 0
      throw error
    }
  }

  async function readAnnounced(): Promise<void> {
    const nums = [...announced]
    announced.clear()
    try {
      board.put(await readStates(db, nums))
    } catch (error) {
      for (const num of nums) announced.add(num)
      throw error
    }
  }

  return {
    start: async () => {
      stopListening = await db.listen(stateChannel, note, () => (fullReadDueMs = 0))
      await readAll(clock.now())
      asOfMs = clock.now()
    },
    stop: () => stopListening(),
    tick: async (nowMs) => {
      if (nowMs >= fullReadDueMs) await readAll(nowMs)
      else await readAnnounced()
      asOfMs = nowMs
    },
    asOfMs: () => asOfMs,
  }
}
