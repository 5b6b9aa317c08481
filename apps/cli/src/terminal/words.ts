/** `3 min`, `2 h 5 min`, `4 days`: a duration as people say it, from milliseconds. */
export function inWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 === 0 || hours >= 10 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} days`
}

/** `2026-11-23 14:02 UTC`, and `14:02 UTC` on the day of `nowMs`. */
export function instantInWords(atMs: number, nowMs: number): string {
  const at = new Date(atMs).toISOString()
  const isToday = at.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10)
  return `${isToday ? '' : `${at.slice(0, 10)} `}${at.slice(11, 16)} UTC`
}

/** `99.98 %`, rounded down so that what was down once never reads as 100 %. */
export function ratioInWords(ratio: number | null): string {
  if (ratio === null) return 'unknown'
  if (ratio === 1) return '100 %'
  const digits = ratio >= 0.9999 ? 3 : 2
  return `${(Math.floor(ratio * 10 ** (digits + 2)) / 10 ** digits).toFixed(digits)} %`
}

/** `1 component`, `3 components`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `<1 ms`, `2.4 ms`, `123 ms`, `5.2 s`. */
export function responseTimeInWords(ms: number): string {
  if (ms < 1) return '<1 ms'
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
}
