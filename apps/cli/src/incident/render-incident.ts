import { paragraphLines } from '../terminal/paragraphs.ts'
import { statusFace } from '../terminal/status-words.ts'
import { tableLines } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable, wrapped } from '../terminal/text-width.ts'
import { counted, instantInWords, inWords } from '../terminal/words.ts'
import { incidentStatusFace, paintOfSeverity } from './faces.ts'
import { isOpen, type ChecklistItem, type Incident, type ListedIncident } from './incident.ts'
import { nextCommands } from './next-commands.ts'
import { toldText, updateLines } from './render-update.ts'

type Canvas = Pick<Terminal, 'paint' | 'columns' | 'program'>

/** All about an incident: where it stands, what the public knows, what was said, what is left to do, and the commands. */
export function incidentLines(incident: Incident, canvas: Canvas, nowMs: number): string[] {
  const { paint, columns, program } = canvas
  const newest = incident.updates.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
  const told = toldText(incident, nowMs)
  const commands = nextCommands(incident, program)
  return [
    ...wrapped(printable(incident.title).split(' '), ' ', columns).map((line) => paint.bold(line)),
    ...standLines(incident, canvas, nowMs),
    ...wrapped(told.split(' '), ' ', columns).map((line) => (incident.isUpdateOverdue ? paint.red(line) : line)),
    '',
    ...factLines(incident, canvas, nowMs),
    ...newest.flatMap((update) => ['', ...updateLines(update, canvas, nowMs)]),
    '',
    ...checklistLines(incident, canvas, nowMs),
    ...(commands.length === 0 ? [] : ['', 'Next:', ...commands.map((command) => paint.bold(`  ${command}`))]),
  ]
}

/** `✖ SEV-2 INVESTIGATING for 25 min, impact major`. */
export function standText(incident: ListedIncident, { paint }: Canvas, nowMs: number): string {
  const { severity, status, impact, startedAt, resolvedAt } = incident
  const face = incidentStatusFace(status, paint)
  const lastedMs = Date.parse(resolvedAt ?? new Date(nowMs).toISOString()) - Date.parse(startedAt)
  const lasted = isOpen(incident) ? `open for ${inWords(lastedMs)}` : `after ${inWords(lastedMs)}`
  const stands = face.paint(paint.bold(`${face.icon} ${status.toUpperCase()}`))
  return `${stands}, ${lasted}, ${paintOfSeverity(severity, paint)(severity)}, impact ${impact}`
}

function standLines(incident: Incident, canvas: Canvas, nowMs: number): string[] {
  const { reopenedCount } = incident
  const again = reopenedCount === 0 ? '' : `, reopened ${counted(reopenedCount, 'time')}`
  return [`${standText(incident, canvas, nowMs)}${again}`]
}

function factLines(incident: Incident, { paint, columns }: Canvas, nowMs: number): string[] {
  const components = incident.components.map((component, index): [string, string] => {
    const { name, worstStatus, recoveredAt, isRoot } = component
    const now = recoveredAt === null ? '' : `, recovered ${instantInWords(Date.parse(recoveredAt), nowMs)}`
    const text = `${name}: ${statusFace(worstStatus, paint).word}${now}${isRoot ? ' (root cause)' : ''}`
    return [index === 0 ? 'components' : '', text]
  })
  const facts: [string, string][] = [
    ...components,
    ...incident.roles.map(({ role, person }): [string, string] => [role.replaceAll('_', ' '), person]),
    ['began', instantInWords(Date.parse(incident.startedAt), nowMs)],
    ['opened', `${instantInWords(Date.parse(incident.openedAt), nowMs)} by ${incident.openedBy}`],
    ['visibility', incident.visibility],
    ['ticket', incident.ticketUrl ?? ''],
    ['id', incident.id],
  ]
  const rows = facts.filter(([, text]) => text !== '').map(([name, text]) => [{ text: name, paint: paint.dim }, text])
  return tableLines([{}, { isFlexible: true }], rows, columns, '  ')
}

const stepNames = ['Initial assessment', 'Communication', 'Investigation', 'Resolution', 'Post-incident']

/** The checklist by step, each with its deadline: done items with who, when and what shows it, the others with their
 *  key. */
export function checklistLines(incident: Incident, { paint, columns }: Canvas, nowMs: number): string[] {
  const { checklist } = incident
  const done = checklist.filter((item) => item.tickedAt !== null).length
  const overdue = checklist.filter((item) => item.isOverdue).length
  const late = overdue === 0 ? '' : `, ${paint.red(`${overdue} overdue`)}`
  const rows = checklist.map((item) => {
    const face = itemFace(item, paint)
    const text = { text: item.text, paint: item.tickedAt === null ? face.paint : paint.dim }
    return [{ text: face.icon, paint: face.paint }, text, { text: tickText(item, nowMs), paint: paint.dim }]
  })
  const lines = tableLines([{}, { isFlexible: true }, {}], rows, columns, '    ')
  return [
    `Checklist: ${done} of ${checklist.length} done${late}`,
    ...checklist.flatMap((item, index) => [
      ...(checklist[index - 1]?.step === item.step ? [] : [stepLine(item.step, incident, paint, nowMs)]),
      lines[index]!,
      ...(item.evidence === '' ? [] : paragraphLines(item.evidence, columns, '       ').map(paint.dim)),
    ]),
  ]
}

/** `1. Initial assessment, due in 4 min`; a step that is done, or of an incident that is over, has no deadline. */
function stepLine(step: number, incident: Incident, paint: Canvas['paint'], nowMs: number): string {
  const name = `  ${step}. ${paint.bold(stepNames[step - 1] ?? '')}`
  const left = isOpen(incident) ? incident.checklist.filter((item) => item.step === step && item.tickedAt === null) : []
  const [due] = left.flatMap((item) => (item.dueAt === null ? [] : [Date.parse(item.dueAt)]))
  if (due === undefined) return name
  return `${name}, ${due < nowMs ? paint.red(`overdue by ${inWords(nowMs - due)}`) : `due in ${inWords(due - nowMs)}`}`
}

function itemFace({ tickedAt, isOverdue }: ChecklistItem, paint: Canvas['paint']) {
  if (tickedAt !== null) return { icon: '✔', paint: paint.green }
  return isOverdue ? { icon: '✖', paint: paint.red } : { icon: '·', paint: (text: string) => text }
}

function tickText({ key, tickedAt, tickedBy, isTickedBySystem }: ChecklistItem, nowMs: number): string {
  if (tickedAt === null) return key
  return `${instantInWords(Date.parse(tickedAt), nowMs)}, ${isTickedBySystem ? 'by the system' : (tickedBy ?? '')}`
}
