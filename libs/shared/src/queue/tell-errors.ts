import type { Logger } from 'pino'
import type { Clock } from '../clock/index.ts'
import { isConnectionLoss } from '../postgres/database-errors.ts'

const quietMs = 60_000
const maxKinds = 100

/** Logs what goes wrong in the work queue: each kind at most once a minute, as every worker meets it again with each poll.
 *  That the database is away is one kind, and needs no stack. */
export function createErrorTeller(clock: Clock, log: Logger): (error: unknown, sentence: string) => void {
  const toldAt = new Map<string, number>()
  return (given, sentence) => {
    const error = asError(given)
    const isAway = isConnectionLoss(error)
    const kind = isAway ? '' : `${sentence}: ${error.message}`
    if (clock.now() - (toldAt.get(kind) ?? -Infinity) < quietMs) return
    if (toldAt.size >= maxKinds) toldAt.clear()
    toldAt.set(kind, clock.now())
    if (isAway) log.warn({ reason: error.message || error.name }, 'the work queue waits: the database is away')
    else log.warn({ err: error }, sentence)
  }
}

/** Some of what pg-boss emits are copies of errors. */
function asError(error: unknown): Error {
  if (error instanceof Error) return error
  const copy = typeof error === 'object' && error !== null ? error : { message: String(error) }
  return Object.assign(new Error(), copy)
}
