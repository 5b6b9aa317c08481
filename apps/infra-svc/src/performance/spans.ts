import type { Span } from './measures.ts'

/** The times that a report compares. */
export interface Spans {
  readonly window: Span
  /** The same hours a week before. */
  readonly lastWeek: Span
  /** Before the last deploy of the component, and what is held against it: since then, or the window where that is later. */
  readonly deploy: { readonly atMs: number; readonly before: Span; readonly after: Span } | null
  /** Why there is nothing to compare with; null where there is. */
  readonly noDeploy: string | null
}

export const weekMs = 7 * 86_400_000
/** So soon after a deploy too little was measured: pods still start. */
const settledMs = 300_000

export interface Deploy {
  /** When it was, ms since 1970; null where none is known of. */
  readonly atMs: number | null
  /** Why none is known of. */
  readonly reason: string
}

/** @param deploy the last one, that no other of the last week follows. */
export function spansOf(nowMs: number, windowMs: number, { atMs, reason }: Deploy): Spans {
  const window = { fromMs: nowMs - windowMs, toMs: nowMs }
  const lastWeek = { fromMs: window.fromMs - weekMs, toMs: nowMs - weekMs }
  const none = (why: string): Spans => ({ window, lastWeek, deploy: null, noDeploy: why })
  if (atMs === null || atMs > nowMs) return none(reason)
  if (nowMs - atMs < settledMs) return none('the last deploy was less than five minutes ago')
  return {
    ...{ window, lastWeek, noDeploy: null },
    deploy: {
      atMs,
      before: { fromMs: atMs - windowMs, toMs: atMs },
      after: { fromMs: Math.max(atMs, window.fromMs), toMs: nowMs },
    },
  }
}
