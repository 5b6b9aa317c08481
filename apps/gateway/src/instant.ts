/** An instant in milliseconds since the Unix epoch, as UTC ISO 8601 with milliseconds. */
export const iso = (epochMs: number): string => new Date(epochMs).toISOString()

export const isoOrNull = (epochMs: number | null | undefined): string | null =>
  epochMs === null || epochMs === undefined ? null : iso(epochMs)

/** An instant for people: `2026-11-23 19:32 UTC`. */
export const utcMinute = (epochMs: number): string => `${iso(epochMs).slice(0, 16).replace('T', ' ')} UTC`
