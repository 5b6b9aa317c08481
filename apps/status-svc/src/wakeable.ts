import type { Clock, Timer } from '@akashic/shared/clock'
import type { Logger } from 'pino'

/** Runs `action` every `intervalMs`, and at once when it is woken; one run after the other. A run that fails is logged, and
 *  the next comes all the same. */
export function wakeable(
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  intervalMs: number,
  name: string,
  action: (nowMs: number) => Promise<void>,
): { start(): () => Promise<void>; wake(): void } {
  let timer: Timer | undefined
  let running: Promise<void> | null = null
  let isDue = false
  let isStopped = true
  let isFailing = false

  async function runWhileDue(): Promise<void> {
    do {
      isDue = false
      try {
        await action(clock.now())
        isFailing = false
      } catch (error) {
        if (!isFailing) log.warn({ err: error, task: name }, `${name} failed; it is tried again`)
        isFailing = true
        isDue = false
      }
    } while (isDue && !isStopped)
  }

  function run(): void {
    timer?.cancel()
    isDue = true
    running ??= runWhileDue().finally(() => {
      running = null
      if (!isStopped) timer = clock.after(intervalMs, run)
    })
  }

  return {
    start: () => {
      isStopped = false
      run()
      return async () => {
        isStopped = true
        timer?.cancel()
        await running
      }
    },
    wake: () => {
      if (!isStopped) run()
    },
  }
}
