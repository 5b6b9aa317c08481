const longestMs = 86_400_000

/** What a provider's answer demands to be left alone for, in milliseconds: `retry-after-ms`, else Retry-After in seconds or as
 *  an HTTP date (RFC 9110, 10.2.3). Null where it says nothing that can be read; a day at most. */
export function retryAfterOf(headers: Readonly<Record<string, string | undefined>>, nowMs: number): number | null {
  const exact = positive(headers['retry-after-ms'])
  if (exact !== null) return Math.min(exact, longestMs)
  const told = headers['retry-after']?.trim()
  if (told === undefined || told === '') return null
  const seconds = positive(told)
  if (seconds !== null) return Math.min(Math.ceil(seconds * 1_000), longestMs)
  const at = /^[A-Za-z]{3,9},? /.test(told) ? Date.parse(told) : Number.NaN
  return Number.isNaN(at) ? null : Math.min(Math.max(0, at - nowMs), longestMs)
}

function positive(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : null
}
