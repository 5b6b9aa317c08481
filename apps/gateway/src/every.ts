import type { Clock, Timer } from '@akashic/shared/clock'
import type { Logger } from 'pino'

export interface Repetition {
  start(): void
  /** Runs no more; resolves when a run that is under way has ended. */
  stop(): Promise<void>
}

/** Runs `action` every `intervalMs`, one run after the other; what goes wrong is logged, and the next run comes all the same. */
export function every(clock: Clock, intervalMs: number, action: () => Promise<void>, log: Logger): Repetition {
  let timer: Timer | undefined
  let isRunning = false
  let underWay: Promise<void> = Promise.resolve()
  const run = (): void => {
    underWay = action()
      .catch((error: unknown) => log.warn({ err: error }, 'something that is done regularly failed'))
      .finally(() => {
        if (isRunning) timer = clock.after(intervalMs, run)
      })
  }
  return {
    start() {
      isRunning = true
      timer = clock.after(intervalMs, run)
    },
    async stop() {
      isRunning = false
      timer?.cancel()
      await underWay
    },
  }
}
