import type { Clock, Timer } from '../clock/index.ts'
import type { Logger } from 'pino'

/** Runs `action` every `intervalMs`, one run after the other; one that fails is logged, and the next comes all the same.
 *  @returns how to stop, which waits for the run under way. */
export function every(
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  intervalMs: number,
  name: string,
  action: (nowMs: number) => Promise<void>,
): () => Promise<void> {
  let timer: Timer
  let running = Promise.resolve()
  let isStopped = false
  let isFailing = false
  const run = () => {
    running = action(clock.now())
      .then(
        () => (isFailing = false),
        (error: unknown) => {
          if (!isFailing) log.warn({ err: error, task: name }, `${name} failed; it is tried again`)
          isFailing = true
        },
      )
      .then(() => {
        if (!isStopped) timer = clock.after(intervalMs, run)
      })
  }
  timer = clock.after(intervalMs, run)
  return () => {
    isStopped = true
    timer.cancel()
    return running
  }
}
