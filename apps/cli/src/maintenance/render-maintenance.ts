import type { Paint } from '../terminal/paint.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable, truncate } from '../terminal/text-width.ts'
import { instantInWords, inWords } from '../terminal/words.ts'
import type { Maintenance, MaintenanceStatusName } from './maintenance.ts'

type Canvas = Pick<Terminal, 'paint' | 'columns' | 'program'>

const faces: Readonly<Record<MaintenanceStatusName, { icon: string; word: string; colour: keyof Paint }>> = {
  scheduled: { icon: '◷', word: 'scheduled', colour: 'blue' },
  in_progress: { icon: '⚙', word: 'in progress', colour: 'blue' },
  verifying: { icon: '◐', word: 'verifying', colour: 'blue' },
  completed: { icon: '●', word: 'completed', colour: 'green' },
  cancelled: { icon: '–', word: 'cancelled', colour: 'grey' },
}

/** `⚙ IN PROGRESS, until 15:00 UTC (in 20 min)`. */
export function standText(maintenance: Maintenance, { paint }: Canvas, nowMs: number): string {
  const { icon, word, colour } = faces[maintenance.status]
  const when = whenText(maintenance, paint, nowMs)
  return `${paint[colour](paint.bold(`${icon} ${word.toUpperCase()}`))}${when === '' ? '' : `, ${when}`}`
}

function whenText(maintenance: Maintenance, paint: Paint, nowMs: number): string {
  const { status, scheduledFor, scheduledUntil, completedAt } = maintenance
  const [fromMs, untilMs] = [Date.parse(scheduledFor), Date.parse(scheduledUntil)]
  if (status === 'completed') return `since ${instantInWords(Date.parse(completedAt ?? scheduledUntil), nowMs)}`
  if (status === 'cancelled') return ''
  const until = `until ${instantInWords(untilMs, nowMs)}`
  if (status === 'scheduled') {
    const begin = fromMs > nowMs ? `begins in ${inWords(fromMs - nowMs)}` : paint.red('should have begun')
    return `${begin}: ${instantInWords(fromMs, nowMs)} ${until}`
  }
  const left =
    untilMs > nowMs ? `${inWords(untilMs - nowMs)} left` : paint.red(`OVERDUE by ${inWords(nowMs - untilMs)}`)
  return `${until}, ${left}`
}

/** A maintenance in a list. */
export function blockLines(maintenance: Maintenance, canvas: Canvas, nowMs: number): string[] {
  const { paint, columns, program } = canvas
  return [
    '',
    paint.bold(truncate(printable(maintenance.title), columns)),
    `  ${standText(maintenance, canvas, nowMs)}`,
    paint.dim(`  ${truncate(maintenance.components.join(', '), columns - 2)}`),
    paint.bold(`  ${program} maintenance show ${maintenance.id}`),
  ]
}

/** All about a maintenance, and what may be done with it now. */
export function maintenanceLines(maintenance: Maintenance, canvas: Canvas, nowMs: number): string[] {
  const { paint, columns, program } = canvas
  const { id, title, body, components, pausesChecks, isAutomatic, visibility, updates } = maintenance
  const facts: [string, string][] = [
    ['components', components.join(', ')],
    ['checks', pausesChecks ? 'paused meanwhile' : 'run on, and only operators see what they find'],
    ['begins, ends', isAutomatic ? 'by the clock' : 'when a person says so'],
    ['visibility', visibility],
    ['id', id],
  ]
  const rows = facts.map(([name, text]) => [{ text: name, paint: paint.dim }, text])
  const said = updates.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
  const commands = verbsAt[maintenance.status].map((verb) => `${program} maintenance ${verb} ${id}`)
  return [
    ...paragraphLines(title, columns).map((line) => paint.bold(line)),
    standText(maintenance, canvas, nowMs),
    ...(body === '' ? [] : ['', ...paragraphLines(body, columns, '  ')]),
    '',
    ...tableLines([{}, { isFlexible: true }], rows, columns, '  '),
    ...said.flatMap((update) => [
      '',
      paint.dim(`  ${printable(update.author)}, ${instantInWords(Date.parse(update.createdAt), nowMs)}`),
      ...paragraphLines(update.body, columns, '    '),
    ]),
    ...(commands.length === 0 ? [] : ['', 'Next:', ...commands.map((command) => paint.bold(`  ${command}`))]),
  ]
}

const verbsAt: Readonly<Record<MaintenanceStatusName, readonly string[]>> = {
  scheduled: ['start', 'cancel'],
  in_progress: ['verify', 'complete'],
  verifying: ['complete'],
  completed: [],
  cancelled: [],
}
