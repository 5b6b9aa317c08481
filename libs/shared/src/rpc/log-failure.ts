import { OpsError, type ErrorCode } from '../errors/index.ts'
import type { MethodContext } from './server.ts'

export function codeOf(error: unknown): ErrorCode | 'ok' {
  if (error === null) return 'ok'
  return error instanceof OpsError ? error.code : 'internal'
}

/** What no OpsError foresaw is logged whole: the caller is told nothing but `internal`. */
export function logFailure(context: MethodContext, error: unknown, requestId: string | null): void {
  const call = { service: context.service, method: context.method, requestId }
  if (error instanceof OpsError) context.log.debug({ ...call, code: error.code, detail: error.message }, 'call refused')
  else context.log.error({ ...call, err: error }, 'call failed')
}
