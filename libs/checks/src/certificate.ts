import type { Judgement } from './check.ts'
import { failed } from './failure.ts'

const dayMs = 86_400_000

/** Degraded when a certificate ends within `withinMs`; undefined when it lasts longer. */
export function judgeCertificate(endsMs: number, withinMs: number, nowMs: number): Judgement | undefined {
  const leftMs = endsMs - nowMs
  if (leftMs >= withinMs) return undefined
  const ends = `certificate ends at ${new Date(endsMs).toISOString()}`
  if (leftMs <= 0) return failed('degraded', 'certificate', 'certificate expired', ends)
  const days = Math.floor(leftMs / dayMs)
  const left = days === 0 ? 'certificate ends within a day' : `certificate ends in ${days} day${days === 1 ? '' : 's'}`
  return failed('degraded', 'certificate', left, ends)
}
