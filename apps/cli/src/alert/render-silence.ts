import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/text-width.ts'
import { counted, instantInWords, inWords } from '../terminal/words.ts'
import { severityFace } from './severity-face.ts'
import { matchersText, type Silence, type SilencePreview } from './silence.ts'

type Canvas = Pick<Terminal, 'paint' | 'columns' | 'program'>

const shownAlerts = 10

/** What a silence would mute: now, in the last week, and which pages. */
export function previewLines(preview: SilencePreview, { paint, columns, program }: Canvas, nowMs: number): string[] {
  const { now, nowCount, lastWeekCount, incidents } = preview
  const rows = now.slice(0, shownAlerts).map(({ severity, summary, component, firedAt }) => {
    const { icon, colour } = severityFace(severity)
    const lasts = inWords(nowMs - Date.parse(firedAt))
    return [{ text: `${icon} ${severity}`, paint: paint[colour] }, summary, component ?? '', lasts]
  })
  const layout = [{}, { isFlexible: true }, { isFlexible: true, isOptional: true }, { isOptional: true }]
  const unshown = nowCount - rows.length
  return [
    ...paragraphLines(verdictText(preview), columns).map((line) => paint.bold(line)),
    ...tableLines(layout, rows, columns, '  '),
    ...(unshown > 0 ? [paint.dim(`  and ${unshown} more`)] : []),
    ...incidents.map((id) => paint.bold(printable(`  ${program} incident show ${id}`))),
    lastWeekCount === 0 && incidents.length === 0
      ? paint.orange('▲ In the last week nothing fired that it would have muted. Are the matchers right?')
      : `In the last week ${counted(lastWeekCount, 'alert')} fired that it would have muted.`,
  ]
}

function verdictText({ nowCount, incidents }: SilencePreview): string {
  const alerts = nowCount === 0 ? 'nothing that fires now' : `${counted(nowCount, 'alert')} that fire now`
  const pages =
    incidents.length === 0 ? '' : `, and holds back the page of ${counted(incidents.length, 'open incident')}`
  return `Mutes ${nowCount === 1 ? '1 alert that fires now' : alerts}${pages}.`
}

/** A silence: what it mutes, until when, who wants it and why. */
export function silenceLines(silence: Silence, { paint, columns, program }: Canvas, nowMs: number): string[] {
  const { id, matchers, author, reason, start, end } = silence
  const [startMs, endMs] = [Date.parse(start), Date.parse(end)]
  const [colour, stand] =
    endMs <= nowMs
      ? (['grey', `– ended ${instantInWords(endMs, nowMs)}`] as const)
      : startMs > nowMs
        ? (['blue', `◷ begins in ${inWords(startMs - nowMs)}, until ${instantInWords(endMs, nowMs)}`] as const)
        : (['orange', `▲ mutes until ${instantInWords(endMs, nowMs)}, ${inWords(endMs - nowMs)} left`] as const)
  return [
    ...paragraphLines(matchersText(matchers), columns).map((line) => paint.bold(line)),
    ...paragraphLines(stand, columns, '  ').map(paint[colour]),
    ...paragraphLines(`${author}: ${reason}`, columns, '  ').map(paint.dim),
    ...(endMs <= nowMs ? [] : [paint.bold(printable(`  ${program} alert silence end ${id}`))]),
  ]
}
