import { formatDay, formatDuration } from './figures.ts'
import { html, raw, type Markup } from './markup.ts'
import type { DayBar, Status } from './model.ts'

interface Share {
  readonly status: Status
  readonly key: Exclude<keyof DayBar, 'day'>
  readonly words: string
  /** Units of a bar (12 high, drawn in twos) that any of it is drawn as, so that two minutes are seen. */
  readonly leastHeight: number
}

/** Worst first: the order in which a bar is stacked from its top, on the operational part. */
const shares: readonly Share[] = [
  { status: 'outage', key: 'outageMs', words: 'down', leastHeight: 4 },
  { status: 'partial_outage', key: 'partialOutageMs', words: 'partly down', leastHeight: 4 },
  { status: 'degraded', key: 'degradedMs', words: 'degraded', leastHeight: 4 },
  { status: 'maintenance', key: 'maintenanceMs', words: 'in maintenance', leastHeight: 2 },
  { status: 'unknown', key: 'unknownMs', words: 'not measured', leastHeight: 2 },
]

const barHeight = 12

interface Segment {
  readonly status: Status
  readonly height: number
}

/** One bar for each day, the worst on top; time that was not measured is a hatched gap, never green.
 *  A run of equal bars is one line whose dashes are the bars (`.bars path` in style.css), so calm days cost next to nothing. */
export function renderDayBars(days: readonly DayBar[], label: string): Markup {
  const layers = new Map<string, Segment & { places: number[] }>()
  days.forEach((day, place) => {
    for (const segment of segmentsOf(day)) {
      const key = `${segment.status} ${segment.height}`
      const layer = layers.get(key) ?? { ...segment, places: [] }
      layer.places.push(place)
      layers.set(key, layer)
    }
  })
  // Every segment starts at the top, and shorter ones are painted over longer ones.
  const painted = [...layers.values()].sort((one, other) => other.height - one.height)
  return html`<svg
    class="bars"
    viewBox="0 0 ${days.length} ${barHeight}"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label}"
  >
    ${painted.map(({ status, height, places }) => raw(`<path class="${status}" stroke-width="${height}" d="${lineOver(places, height / 2)}"/>`))}
  </svg>`
}

/** A line at height `y` over the places of some days, in ascending order, with jumps where days are left out. */
function lineOver(places: readonly number[], y: number): string {
  let d = ''
  let runStart = 0
  places.forEach((place, index) => {
    const previous = places[index - 1]
    if (previous === undefined) d = `M${place} ${y}`
    else if (place > previous + 1) d += `m${place - previous - 1} 0`
    if (previous === undefined || place > previous + 1) runStart = place
    if (places[index + 1] !== place + 1) d += `h${place + 1 - runStart}`
  })
  return d
}

function segmentsOf(day: DayBar): readonly Segment[] {
  const total = totalMs(day)
  if (total === 0) return [{ status: 'unknown', height: barHeight }]
  const troubled = shares.filter(({ key }) => day[key] > 0)
  const isPartlyWell = day.operationalMs > 0
  const segments: Segment[] = isPartlyWell ? [{ status: 'operational', height: barHeight }] : []
  let top = 0
  troubled.forEach(({ status, key, leastHeight }, index) => {
    top += Math.max(leastHeight, 2 * Math.round(((day[key] / total) * barHeight) / 2))
    const isLast = index === troubled.length - 1 && !isPartlyWell
    segments.push({ status, height: isLast ? barHeight : Math.min(top, barHeight - 2) })
  })
  return segments
}

/** The days that were not simply operational, newest first, runs of days that say the same as one line.
 *  The page's script reads its tips from this list (client/tips.ts): `value` is the first day's place, `data-n` how many days. */
export function troubledDays(days: readonly DayBar[]): readonly Markup[] {
  const runs: { readonly first: number; count: number; readonly words: string }[] = []
  days.forEach((day, index) => {
    const words = dayWords(day)
    if (words === '') return
    const previous = runs.at(-1)
    if (previous?.words === words && previous.first + previous.count === index) previous.count += 1
    else runs.push({ first: index, count: 1, words })
  })
  return runs.reverse().map(({ first, count, words }) => {
    const from = formatDay(days[first]?.day ?? '')
    if (count === 1) return html`<li value=${first}>${from}: ${words}</li>`
    return html`<li value=${first} data-n=${count}>
      ${from} to ${formatDay(days[first + count - 1]?.day ?? '')}: ${words}
    </li>`
  })
}

function dayWords(day: DayBar): string {
  const total = totalMs(day)
  if (total === 0) return 'not measured'
  return shares
    .filter(({ key }) => day[key] >= 500)
    .map(({ key, words }) => (day[key] === total ? words : `${words} ${formatDuration(day[key])}`))
    .join(', ')
}

function totalMs(day: DayBar): number {
  return day.operationalMs + shares.reduce((sum, { key }) => sum + day[key], 0)
}
