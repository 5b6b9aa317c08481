const minuteMs = 60_000
const dayMs = 86_400_000
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A share as a percentage that never flatters: cut after two decimals, so that only all of it is 100%. */
export function formatRatio(ratio: number): string {
  if (ratio >= 1) return '100%'
  return `${(Math.floor(ratio * 10_000 + 1e-9) / 100).toFixed(2)}%`
}

/** A duration to the minute, or to the second below one: `40 s`, `14 min`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (ms < minuteMs - 500) return `${Math.max(1, Math.round(ms / 1000))} s`
  const minutes = Math.round(ms / minuteMs)
  if (minutes < 60) return `${minutes} min`
  const rest = minutes % 60
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`
}

/** A UTC day given as YYYY-MM-DD: `3 Nov`. */
export function formatDay(day: string): string {
  return `${Number(day.slice(8, 10))} ${months[Number(day.slice(5, 7)) - 1] ?? ''}`
}

/** An instant in UTC; the day is left out when it is that of `nowMs`, the year when it is the same. */
export function formatInstant(ms: number, nowMs: number): string {
  const iso = new Date(ms).toISOString()
  const time = `${iso.slice(11, 16)} UTC`
  if (Math.floor(ms / dayMs) === Math.floor(nowMs / dayMs)) return time
  const year = iso.slice(0, 4) === new Date(nowMs).toISOString().slice(0, 4) ? '' : ` ${iso.slice(0, 4)}`
  return `${formatDay(iso)}${year}, ${time}`
}

/** A response time: `112 ms`, `1.4 s`. */
export function formatResponseTime(ms: number): string {
  if (ms < 1) return '<1 ms'
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** The UTC month of an instant: `November 2026`. */
export function formatMonth(ms: number): string {
  const iso = new Date(ms).toISOString()
  return `${monthNames[Number(iso.slice(5, 7)) - 1] ?? ''} ${iso.slice(0, 4)}`
}
