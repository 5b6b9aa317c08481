import type { ComponentState } from './advance.ts'
import type { VerdictFailure } from './check-verdict.ts'
import type { LedgerInterval } from './ledger-store.ts'

const uncheckedFailure: VerdictFailure = {
  code: 'unchecked',
  sentence: 'nobody checked',
  detail: 'no checker was running',
}

/** One component's intervals with `gap` cut out of them as `unknown`, but for maintenance. An interval that lasted into the gap ends with it
 *  and goes on as what `after` says. */
export function overlayGap(
  recorded: readonly LedgerInterval[],
  gap: { readonly fromMs: number; readonly toMs: number },
  after: ComponentState | undefined,
): LedgerInterval[] {
  return recorded.flatMap((interval) => {
    const endMs = interval.toMs ?? Infinity
    const fromMs = Math.max(interval.fromMs, gap.fromMs)
    const toMs = Math.min(endMs, gap.toMs)
    if (fromMs >= toMs || interval.status === 'maintenance') return [interval]
    const rest: LedgerInterval =
      interval.toMs === null && after
        ? {
            ...interval,
            status: after.status,
            isFlapping: after.flappingSinceMs !== null,
            failure: after.failure,
            causeNum: null,
          }
        : interval
    const pieces: LedgerInterval[] = [
      { ...interval, toMs: fromMs },
      {
        ...interval,
        fromMs,
        toMs,
        status: 'unknown',
        isFlapping: false,
        failure: uncheckedFailure,
        causeNum: null,
      },
      { ...rest, fromMs: toMs },
    ]
    return pieces.filter((piece) => piece.fromMs < (piece.toMs ?? Infinity))
  })
}
