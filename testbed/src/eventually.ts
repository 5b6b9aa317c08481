import { setTimeout as pause } from 'node:timers/promises'

const pollMs = 20

/** Polls `probe` until it returns without throwing; for what a real process does in its own time.
 *  @throws the last error of `probe` once `timeoutMs` have passed. */
export async function eventually<T>(probe: () => T | Promise<T>, timeoutMs = 5_000): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    try {
      return await probe()
    } catch (error) {
      if (performance.now() > deadline) throw error
    }
    await pause(pollMs)
  }
}
