import { html, type Markup } from '../document/markup.ts'
import type { ResponseTimePoint } from '../model.ts'
import { formatResponseTime } from '../words/figures.ts'

const height = 40
const bucketCount = 36
const bucketMs = 2_400_000

/** Response times of the last 24 h as a line; where nothing answered, the line is broken. */
export function renderSparkline(points: readonly ResponseTimePoint[], nowMs: number): Markup {
  const means = bucketsOf(points, nowMs)
  const known = means.filter((mean) => mean !== null)
  const least = formatResponseTime(Math.min(...known))
  const most = formatResponseTime(Math.max(...known))
  const label = known.length === 0 ? 'No response times yet' : `24 hours: ${least} to ${most}`
  return html`<svg
    class="spark"
    viewBox="0 0 ${bucketCount} ${height}"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label}"
  >
    ${known.length > 0 && html`<path d="${lineThrough(means, Math.max(...known) * 1.2)}" />`}
  </svg>`
}

function lineThrough(means: readonly (number | null)[], top: number): string {
  let d = ''
  let previousY: number | undefined
  means.forEach((mean, index) => {
    if (mean === null) {
      previousY = undefined
      return
    }
    const y = Math.round(height - 2 - (mean / top) * (height - 4))
    if (previousY === undefined) d += `M${index} ${y}h0`
    else d += y === previousY ? 'h1' : `l1 ${y - previousY}`
    previousY = y
  })
  return d.replaceAll(' -', '-')
}

/** The mean of each 40 minutes, oldest first; null where nothing answered. */
function bucketsOf(points: readonly ResponseTimePoint[], nowMs: number): readonly (number | null)[] {
  const sums = Array.from({ length: bucketCount }, () => ({ sum: 0, count: 0 }))
  for (const { atMs, meanMs } of points) {
    const bucket = sums[bucketCount - 1 - Math.floor((nowMs - atMs) / bucketMs)]
    if (bucket === undefined || meanMs === undefined) continue
    bucket.sum += meanMs
    bucket.count += 1
  }
  return sums.map(({ sum, count }) => (count === 0 ? null : sum / count))
}
