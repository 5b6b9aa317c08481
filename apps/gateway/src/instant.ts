/** An instant in milliseconds since the Unix epoch, as UTC ISO 8601 with milliseconds. */
export const iso = (epochMs: number): string => new Date(epochMs).toISOString()

export const isoOrNull = (epochMs: number | null | undefined): string | null =>
  epochMs === null || epochMs === undefined ? null : iso(epochMs)
