import { statusFace } from '../terminal/status-words.ts'
import { tableLines } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { instantInWords, inWords, ratioInWords } from '../terminal/words.ts'
import type { StateInterval, Uptime } from './component.ts'

/** A line for each state, with how long it lasted and why. */
export function intervalLines(
  intervals: readonly StateInterval[],
  { paint, columns }: Terminal,
  nowMs: number,
): string[] {
  if (intervals.length === 0) return ['  nothing is recorded yet']
  const rows = intervals.map((interval) => {
    const face = statusFace(interval.status, paint)
    const fromMs = Date.parse(interval.from)
    const lastedMs = (interval.to === null ? nowMs : Date.parse(interval.to)) - fromMs
    return [
      { text: instantInWords(fromMs, nowMs), paint: paint.dim },
      { text: `${interval.to === null ? 'for ' : ''}${inWords(lastedMs)}` },
      { text: face.text, paint: face.paint },
      reasonOf(interval, paint),
    ]
  })
  return tableLines([{}, { align: 'right' as const }, {}, { isFlexible: true }], rows, columns, '  ')
}

function reasonOf(
  { error, causedBy, isFlapping, correction, originalStatus }: StateInterval,
  paint: Terminal['paint'],
) {
  const text = [
    ...(correction
      ? [`corrected by ${correction.author} (was ${originalStatus ?? 'not recorded'}): ${correction.reason}`]
      : []),
    ...(causedBy ? [`caused by ${causedBy}`] : []),
    ...(error ? [error] : []),
    ...(isFlapping ? ['flapping'] : []),
  ].join('; ')
  return { text, paint: paint.dim }
}

/** `99.98 %; down 8 min, unknown 2 h`: what is not known is told with what is. */
export function uptimeText({ ratio, downMs, unknownMs, maintenanceMs }: Uptime): string {
  const parts = [
    ['down', downMs],
    ['unknown', unknownMs],
    ['maintenance', maintenanceMs],
  ] as const
  const shown = parts.filter(([, ms]) => ms >= 1_000).map(([word, ms]) => `${word} ${inWords(ms)}`)
  return [ratioInWords(ratio), ...shown].join(', ')
}
