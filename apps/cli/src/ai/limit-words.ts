import type { Paint } from '../terminal/paint.ts'
import { inWords } from '../terminal/words.ts'
import type { LimitUse } from './health-report.ts'

const cells = 10
const nearShare = 0.8

/** `████████░░`; nothing where it is not known how much of what is used. */
export function limitBar({ used, limit }: LimitUse): string {
  if (used === null || !limit) return ''
  const share = Math.min(1, Math.max(0, used / limit))
  // Neither full before it is, nor empty while something is used.
  const filled = share === 1 ? cells : Math.min(cells - 1, Math.ceil(share * cells))
  return '█'.repeat(filled) + '░'.repeat(cells - filled)
}

/** `480/500`; `–` stands for what is not known. Empty when nothing is. */
export function limitCounts({ used, limit }: LimitUse, format = whole): string {
  if (used === null && limit === null) return ''
  return `${used === null ? '–' : format(used)}/${limit === null ? '–' : format(limit)}`
}

/** `12,345`. */
export const whole = (count: number): string => Math.round(count).toLocaleString('en')

const compactFormat = new Intl.NumberFormat('en', {
  ...{ notation: 'compact', maximumFractionDigits: 1, roundingMode: 'floor' },
})

/** `480`, `12.3K`, rounded down so that what is below a limit never reads as on it. */
export const compact = (count: number): string => compactFormat.format(count)

/** When the limit is reached at this rate, or when all of it is there again. */
export function outlookText({ used, exhaustedInMs, resetTime }: LimitUse, nowMs: number): string {
  if (exhaustedInMs !== null) return aheadInWords(exhaustedInMs)
  const resetInMs = resetTime === null ? 0 : Date.parse(resetTime) - nowMs
  return used && resetInMs > 0 ? `all of it again in ${inWords(resetInMs)}` : ''
}

function aheadInWords(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 5) return 'limit reached now'
  if (seconds < 90) return `limit in about ${Math.max(5, Math.round(seconds / 5) * 5)} seconds`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `limit in about ${minutes} minutes` : `limit in about ${Math.round(minutes / 60)} hours`
}

/** Worse the less there is left. */
export function limitColour({ used, limit, exhaustedInMs }: LimitUse): keyof Paint {
  if (used === null || !limit) return 'grey'
  if (used >= limit || (exhaustedInMs !== null && exhaustedInMs < 60_000)) return 'red'
  return used >= nearShare * limit || exhaustedInMs !== null ? 'orange' : 'green'
}
