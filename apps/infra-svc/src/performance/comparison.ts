import type { Measures, Span } from './measures.ts'
import type { Spans } from './spans.ts'

export type ComparedTo = 'last_week' | 'before_deploy' | 'earlier_test'

/** What was measured held against another time. */
export interface Comparison<Figures = Measures> {
  readonly to: ComparedTo
  /** What is compared: since the deploy, or over the whole window. */
  readonly now: Figures
  /** Null where there is nothing to compare with, and `unknown` says why. */
  readonly then: Figures | null
  readonly unknown: string | null
}

/** Figures of the window, and what they are held against. */
export interface Compared<Figures = Measures> {
  readonly now: Figures
  readonly comparisons: readonly Comparison<Figures>[]
}

/** Measures the same over the window and over the times that it is compared with. */
export async function compareOver<Figures>(
  spans: Spans,
  measure: (span: Span) => Promise<Figures>,
): Promise<Compared<Figures>> {
  const { window, lastWeek, deploy, noDeploy } = spans
  const now = measure(window)
  const isSame = deploy !== null && deploy.after.fromMs === window.fromMs
  const [current, then, before, after] = await Promise.all([
    now,
    measure(lastWeek),
    deploy && measure(deploy.before),
    deploy && (isSame ? now : measure(deploy.after)),
  ])
  return {
    now: current,
    comparisons: [
      { to: 'last_week', now: current, then, unknown: null },
      { to: 'before_deploy', now: after ?? current, then: before, unknown: noDeploy },
    ],
  }
}

/** How many times as much it is now. Null where one of the two is not known, or there was nothing. */
export const timesAsMuch = (now: number | null, then: number | null): number | null =>
  now === null || then === null || then === 0 ? null : now / then
