/** How long a `Retry-After` header asks to wait, from seconds or an HTTP date (RFC 9110, section 10.2.3).
 *  @returns milliseconds; null when there is no header or it says neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  const at = /^[A-Z][a-z]{2},/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs)
}
