import { z } from 'zod'

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A duration as written in akashic.yaml (`500ms`, `30s`, `5m`, `1h30m`, `7d`), read into milliseconds. */
export const duration = z
  .string('must be a duration such as 500ms, 30s, 5m or 1h30m')
  .regex(/^(\d+(ms|s|m|h|d))+$/, 'must be a duration such as 500ms, 30s, 5m or 1h30m')
  .transform((text) => parseDuration(text))
  .refine(Number.isSafeInteger, { error: 'must be shorter: so many milliseconds cannot be counted', abort: true })

/** A duration within bounds, both written as durations and both allowed. */
export function durationBetween(shortest: string, longest: string) {
  const [least, most] = [parseDuration(shortest), parseDuration(longest)]
  return duration
    .refine((ms) => ms >= least, `must be at least ${shortest}`)
    .refine((ms) => ms <= most, `must be at most ${longest}`)
}

/** @returns milliseconds; NaN when `text` is no duration. */
export function parseDuration(text: string): number {
  if (!/^(\d+(ms|s|m|h|d))+$/.test(text)) return Number.NaN
  return [...text.matchAll(/(\d+)(ms|s|m|h|d)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * unitMs[unit!]!,
    0,
  )
}

const unitsBySize = Object.entries(unitMs).toSorted(([, a], [, b]) => b - a)

/** The shortest text that reads as `ms` whole milliseconds: 90,000 is `90s`, 3,600,000 is `1h`. */
export function formatDuration(ms: number): string {
  const [unit, size] = unitsBySize.find(([, size]) => ms >= size && ms % size === 0) ?? ['ms', 1]
  return `${ms / size}${unit}`
}
