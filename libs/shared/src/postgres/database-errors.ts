import { isNativeError } from 'node:util/types'
import { OpsError } from '../errors/index.ts'

const lostConnection = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  '25006', // read_only_sql_transaction: connected to a standby during a failover
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
])

/** Errors of the pg client itself, which carry no code. */
const lostConnectionMessage =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|timeout expired|Cannot use a pool after calling end)/

/** The SQLSTATE (or errno) of `error`, also when an error wraps it. */
export function sqlStateOf(error: unknown): string | undefined {
  if (!isNativeError(error)) return undefined
  const { code } = error as { code?: unknown }
  if (typeof code === 'string' && !(error instanceof OpsError)) return code
  return sqlStateOf(error.cause)
}

/** True when `error` is a unique violation, of `constraint` if one is named. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlStateOf(error) !== '23505') return false
  return constraint === undefined || (error as { constraint?: string }).constraint === constraint
}

/** True when the transaction may succeed if simply run again (serialization failure, deadlock). */
export function isRetryable(error: unknown): boolean {
  const state = sqlStateOf(error)
  return state === '40001' || state === '40P01'
}

export function isConnectionLoss(error: unknown): boolean {
  if (!isNativeError(error) || error instanceof OpsError) return false
  const state = sqlStateOf(error)
  if (state !== undefined && (lostConnection.has(state) || state.startsWith('08'))) return true
  return lostConnectionMessage.test(error.message)
}

/** What a caller may know of `error`: `unavailable` for a lost connection, `deadline_exceeded` for a statement that ran
 *  past its limit; anything else unchanged. */
export function toDatabaseError(error: unknown): unknown {
  if (isConnectionLoss(error)) return new OpsError('unavailable', 'the database cannot be reached', { cause: error })
  if (sqlStateOf(error) === '57014' || (isNativeError(error) && error.message === 'Query read timeout')) {
    return new OpsError('deadline_exceeded', 'the database took too long to answer', { cause: error })
  }
  return error
}
