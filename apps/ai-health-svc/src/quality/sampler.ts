import type { Clock } from '@akashic/shared/clock'

/** Lets so many through in each second, whatever they are: good and bad ones have the same chance. */
export function createSampler(clock: Clock, perSecond: () => number): () => boolean {
  let second = 0
  let taken = 0
  return () => {
    const now = Math.floor(clock.now() / 1_000)
    if (now !== second) {
      second = now
      taken = 0
    }
    taken += 1
    return taken <= perSecond()
  }
}
