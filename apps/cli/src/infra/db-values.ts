import { inWords, instantInWords, responseTimeInWords } from '../terminal/words.ts'
import type { Unit } from './db-report.ts'

const sizes = ['B', 'kB', 'MB', 'GB', 'TB']

/** A value of a table as people read it; nothing where there is none. */
export function valueText(value: string | number | null | undefined, unit: Unit, nowMs: number): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return unit === 'instant' ? instantInWords(Date.parse(value), nowMs) : value
  switch (unit) {
    case 'bytes':
      return bytesInWords(value)
    case 'ms':
      return value >= 60_000 ? inWords(value) : responseTimeInWords(value)
    case 'seconds':
      return inWords(value * 1_000)
    case 'ratio':
      return `${Math.floor(value * 1_000) / 10} %`
    case 'count':
      return value.toLocaleString('en')
    default:
      return String(value)
  }
}

function bytesInWords(bytes: number): string {
  let value = bytes
  let at = 0
  for (; value >= 1_024 && at < sizes.length - 1; at++) value /= 1_024
  return `${value >= 100 || at === 0 ? Math.round(value) : value.toFixed(1)} ${sizes[at]}`
}
