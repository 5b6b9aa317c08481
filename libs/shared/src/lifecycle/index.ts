import type { Logger } from 'pino'

/** Ends the process on SIGTERM or SIGINT after `stop`, within `drainMs`; a second signal, or the end of that time, ends it at once.
 *  A rejection that nobody handled is logged and ends it with code 1. */
export function runUntilSignal(log: Logger, stop: (deadlineMs: number) => Promise<void>, drainMs = 10_000): void {
  let isStopping = false
  const end = (code: number) => {
    log.flush()
    process.exit(code)
  }
  const drain = (reason: string, code: number) => {
    if (isStopping) return end(code || 1)
    isStopping = true
    log.info({ reason }, 'stopping')
    setTimeout(() => {
      log.error('gave up draining: something did not stop in time')
      end(1)
    }, drainMs).unref()
    stop(drainMs - 500).then(
      () => end(code),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed')
        end(1)
      },
    )
  }
  process.on('SIGTERM', () => drain('SIGTERM', 0))
  process.on('SIGINT', () => drain('SIGINT', 0))
  process.on('unhandledRejection', (error) => {
    log.error({ err: error }, 'a promise was rejected and nobody handled it')
    drain('unhandled rejection', 1)
  })
}

export { Closers, StartAbandoned } from './closers.ts'
export type { Close } from './closers.ts'
export { every } from './every.ts'
