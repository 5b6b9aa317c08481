import type { Clock, Timer } from '@akashic/shared/clock'
import type { Logger } from 'pino'

export interface Repetition {
  start(): void
  stop(): void
}

/** Runs `action` every `intervalMs`, one run after the other; what goes wrong is logged, and the next run comes all the same. */
export function every(clock: Clock, intervalMs: number, action: () => Promise<void>, log: Logger): Repetition {
  let timer: Timer | undefined
  let isRunning = false
  const run = (): void => {
    action()
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
    stop() {
      isRunning = false
      timer?.cancel()
    },
  }
}
