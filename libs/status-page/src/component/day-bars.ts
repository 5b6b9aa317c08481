import { formatDay, formatDuration } from '../words/figures.ts'
import { html, raw, type Markup } from '../document/markup.ts'
import { isOnDay, type PageIncident } from '../incident/incident.ts'
import type { DayBar, Status } from '../model.ts'
import { shortened } from '../words/plain-words.ts'

interface Share {
  readonly status: Status
  readonly key: Exclude<keyof DayBar, 'day'>
  readonly words: string
}

/** Worst first: the order in which a bar is stacked from its top, on the operational part. */
const shares: readonly Share[] = [
  { status: 'outage', key: 'outageMs', words: 'down' },
  { status: 'partial_outage', key: 'partialOutageMs', words: 'partly down' },
  { status: 'degraded', key: 'degradedMs', words: 'degraded' },
  { status: 'maintenance', key: 'maintenanceMs', words: 'maintenance' },
  { status: 'unknown', key: 'unknownMs', words: 'not measured' },
]

/** Shorter than this is not told: it would read as 0 s. */
const leastMs = 500
const dayMs = 86_400_000
const longestTitle = 60

interface Segment {
  readonly status: Status
  /** From the top of the bar, 4 for the whole of it; what is painted later covers its part. */
  readonly quarters: number
}

/** Equal segments of all the days that have them. */
interface Layer extends Segment {
  readonly places: number[]
}

/** One bar for each day, in quarters, the worst on top and as one quarter at least, so that two minutes down are seen.
 *  Time that was not measured is a hatched gap, never green. A run of equal bars is one line whose dashes are the bars (`.bars > path` in style.css), so
 *  calm days cost next to nothing. */
export function renderDayBars(days: readonly DayBar[]): Markup {
  const layers = new Map<string, Layer>()
  days.forEach((day, place) => {
    for (const segment of segmentsOf(day)) {
      const key = `${segment.status} ${segment.quarters}`
      const layer = layers.get(key) ?? { ...segment, places: [] }
      layer.places.push(place)
      layers.set(key, layer)
    }
  })
  // Every segment starts at the top, and shorter ones are painted over longer ones.
  const painted = [...layers.values()].sort((one, other) => other.quarters - one.quarters)
  return html`<svg
    class="bars"
    viewBox="0 0 ${days.length} 8"
    preserveAspectRatio="none"
    role="img"
    aria-label="Last ${days.length} days"
  >
    ${painted.map(renderLayer)}
  </svg>`
}

function renderLayer({ status, quarters, places }: Layer): Markup {
  const line = lineOver(places, quarters)
  if (status === 'operational') return raw(`<path d="${line}"/>`)
  return raw(`<path class="${status}${quarters < 4 ? ` q${quarters}` : ''}" d="${line}"/>`)
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
  const troubled = shares.filter(({ key }) => day[key] >= leastMs)
  const isPartlyWell = day.operationalMs > 0
  if (troubled.length === 0 && !isPartlyWell) return [{ status: 'unknown', quarters: 4 }]
  const segments: Segment[] = isPartlyWell ? [{ status: 'operational', quarters: 4 }] : []
  let top = 0
  troubled.forEach(({ status, key }, index) => {
    top += Math.max(1, Math.round((day[key] / total) * 4))
    const isLast = index === troubled.length - 1 && !isPartlyWell
    segments.push({ status, quarters: isLast ? 4 : Math.min(top, 3) })
  })
  return segments
}

/** The days that had trouble or an incident, newest first, runs of days that say the same as one line.
 *  The page's script reads its tips from this list (client/tips.ts). */
export function troubledDays(
  days: readonly DayBar[],
  incidents: readonly PageIncident[] = [],
  nowMs = 0,
): readonly Markup[] {
  const runs: { readonly first: number; count: number; readonly words: string }[] = []
  days.forEach((day, index) => {
    const titles = incidents
      .filter((incident) => isOnDay(incident, day.day, nowMs))
      .map(({ title }) => shortened(title, longestTitle))
    const words = [shareWords(day), ...titles].filter((part) => part !== '').join('; ')
    if (words === '') return
    const previous = runs.at(-1)
    if (previous?.words === words && previous.first + previous.count === index) previous.count += 1
    else runs.push({ first: index, count: 1, words })
  })
  return runs.reverse().map(({ first, count, words }) => {
    const from = formatDay(days[first]?.day ?? '')
    const to = count === 1 ? '' : ` to ${formatDay(days[first + count - 1]?.day ?? '')}`
    // Its end tag may be left out (HTML 13.1.2.4).
    return html`<li>${from}${to}: ${words}</li>`
  })
}

function shareWords(day: DayBar): string {
  const total = totalMs(day)
  if (total === 0) return 'not measured'
  return shares
    .filter(({ key }) => day[key] >= leastMs)
    .map(({ key, words }) => (day[key] === total ? words : `${words} ${formatDuration(day[key])}`))
    .join(', ')
}

function totalMs(day: DayBar): number {
  return day.operationalMs + shares.reduce((sum, { key }) => sum + day[key], 0)
}

/** 90 days of which nothing is known, the last one that of `nowMs`. */
export function unmeasuredDays(nowMs: number): readonly DayBar[] {
  return Array.from({ length: 90 }, (_, place) => ({
    day: new Date(nowMs - (89 - place) * dayMs).toISOString().slice(0, 10),
    operationalMs: 0,
    degradedMs: 0,
    partialOutageMs: 0,
    outageMs: 0,
    maintenanceMs: 0,
    unknownMs: dayMs,
  }))
}
