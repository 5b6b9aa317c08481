import type { ComponentStatus } from '../status/component-status.ts'
import type { ShownComponent } from '../status/picture.ts'
import type { Finding } from './finding.ts'

/** The checklist has the status page updated within 10 minutes. */
export const wordWithinMs = 10 * 60_000

/** True for what the public sees as red. */
export const isRed = (status: ComponentStatus): boolean => status === 'outage' || status === 'partial_outage'

/** Public components that have been red on the page without a break for 10 minutes while no incident that the public may
 *  read, and that it was not told is resolved, has them or their root cause in it.
 *  @param redSince by number, since when each has been red without a break, as far as that was asked
 *  @param spokenOf numbers of the components of which such incidents speak */
export function noPublicWord(
  shown: ReadonlyMap<string, ShownComponent>,
  redSince: ReadonlyMap<number, number>,
  spokenOf: ReadonlySet<number>,
  nowMs: number,
): Finding[] {
  return [...shown.values()].flatMap((component) => {
    const { num, id, visibility, status, causedBy } = component
    const sinceMs = redSince.get(num)
    if (visibility !== 'public' || !isRed(status) || sinceMs === undefined || nowMs - sinceMs < wordWithinMs) return []
    const cause = causedBy === null ? undefined : shown.get(causedBy)
    if (spokenOf.has(num) || (cause && spokenOf.has(cause.num))) return []
    return [
      {
        kind: 'no_public_word' as const,
        subject: { kind: 'component' as const, num, id, visibility },
        sinceMs,
        summary: `The page shows ${id} as ${status.replaceAll('_', ' ')}, and no published incident speaks of it.`,
      },
    ]
  })
}

/** Since when a component has been red without a break, from the intervals of its ledger, oldest first; null when it has
 *  not been so since `fromMs`. */
export function redSinceMs(
  intervals: readonly { readonly fromMs: number; readonly status: ComponentStatus }[],
  fromMs: number,
): number | null {
  const first = intervals[0]
  return first && first.fromMs <= fromMs && intervals.every(({ status }) => isRed(status)) ? first.fromMs : null
}
