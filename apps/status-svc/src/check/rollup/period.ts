/** A stretch of time that a partition holds, [from, to), and what the partition is called. */
export interface Period {
  readonly name: string
  readonly fromMs: number
  readonly toMs: number
}

export const fiveMinutesMs = 300_000
export const dayMs = 86_400_000

/** Start of the five minutes or the UTC day that `atMs` is in. */
export function startOf(atMs: number, lengthMs: number): number {
  return Math.floor(atMs / lengthMs) * lengthMs
}

/** The UTC day of `atMs`, named `20260131`. */
export function dayOf(atMs: number): Period {
  const fromMs = startOf(atMs, dayMs)
  return { name: compact(fromMs, 10), fromMs, toMs: fromMs + dayMs }
}

/** The UTC month of `atMs`, named `202601`. */
export function monthOf(atMs: number): Period {
  const at = new Date(atMs)
  const fromMs = Date.UTC(at.getUTCFullYear(), at.getUTCMonth())
  return { name: compact(fromMs, 7), fromMs, toMs: Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1) }
}

function compact(atMs: number, length: number): string {
  return new Date(atMs).toISOString().slice(0, length).replaceAll('-', '')
}
