import type { Clock } from '@akashic/shared/clock'
import type { Database } from '@akashic/shared/postgres'
import type { Logger } from 'pino'
import { readPayload, stateChannel } from './announce-states.ts'
import type { Board } from './board.ts'
import { readAllStates, readRevisions, readStates } from './state-store.ts'

export interface BoardKeeperDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly replicaId: string
  readonly board: Board
}

/** Keeps the board equal to the database: by what other replicas say they wrote, and by comparing it all from time to time. */
export interface BoardKeeper {
  start(): Promise<void>
  stop(): Promise<void>
  /** Reads what was announced; compares everything, when a notice may have been missed or it has been long. */
  tick(nowMs: number): Promise<void>
  /** When the board was last known to equal the database. */
  asOfMs(): number
}

const longestBetweenComparisonsMs = 15_000

export function createBoardKeeper(deps: BoardKeeperDeps): BoardKeeper {
  const { db, clock, board, replicaId } = deps
  const announced = new Set<number>()
  let comparisonDueMs = 0
  let asOfMs = clock.now()
  let stopListening: () => Promise<void> = async () => undefined

  function note(payload: string): void {
    const { replicaId: writer, nums } = readPayload(payload)
    if (writer === replicaId) return
    if (nums === null) comparisonDueMs = 0
    else for (const num of nums) announced.add(num)
  }

  async function compareAll(nowMs: number): Promise<void> {
    announced.clear()
    comparisonDueMs = nowMs + longestBetweenComparisonsMs
    try {
      const behind = board.compare(await readRevisions(db))
      if (behind.length > 0) board.put(await readStates(db, behind))
    } catch (error) {
      comparisonDueMs = 0
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
      stopListening = await db.listen(stateChannel, note, () => (comparisonDueMs = 0))
      board.load(await readAllStates(db))
      asOfMs = clock.now()
    },
    stop: () => stopListening(),
    tick: async (nowMs) => {
      if (nowMs >= comparisonDueMs) await compareAll(nowMs)
      else await readAnnounced()
      asOfMs = nowMs
    },
    asOfMs: () => asOfMs,
  }
}
