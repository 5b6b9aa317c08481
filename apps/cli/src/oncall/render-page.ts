import type { Paint } from '../terminal/paint.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/text-width.ts'
import { instantInWords, inWords } from '../terminal/words.ts'
import { reachedNobody, type CallPage, type PageEntry, type PageStateName } from './page.ts'

type Canvas = Pick<Terminal, 'paint' | 'columns' | 'program'>

const faces: Readonly<Record<PageStateName, { icon: string; word: string; colour: keyof Paint }>> = {
  exhausted: { icon: '✖', word: 'nobody acknowledged', colour: 'red' },
  calling: { icon: '▲', word: 'calling', colour: 'orange' },
  snoozed: { icon: '◷', word: 'snoozed', colour: 'blue' },
  silenced: { icon: '–', word: 'silenced', colour: 'grey' },
  acknowledged: { icon: '●', word: 'acknowledged', colour: 'green' },
  resolved: { icon: '●', word: 'resolved', colour: 'green' },
}

/** A page: what it is about, where it stands, what happened last, and the commands that answer it. */
export function pageLines(page: CallPage, { paint, columns, program }: Canvas, nowMs: number): string[] {
  const { colour } = faces[page.state]
  const last = page.entries.at(-1)
  return [
    ...paragraphLines(page.title, columns).map((line) => paint.bold(line)),
    ...paragraphLines(standText(page, nowMs), columns, '  ').map(paint[colour]),
    ...(last === undefined ? [] : paragraphLines(lastText(last, nowMs), columns, '  ').map(paint.dim)),
    ...paragraphLines(aboutText(page), columns, '  ').map(paint.dim),
    ...commandsFor(page).map((command) => paint.bold(printable(`  ${program} ${command}`))),
  ]
}

const aboutText = ({ policy, incident, subject }: CallPage): string =>
  `policy ${policy}${incident === null ? `, ${subject}` : ''}`

/** `▲ calling, open for 5 min (since 12:00 UTC): calls the next step at 12:05 UTC`. */
function standText(page: CallPage, nowMs: number): string {
  const { state, openedAt, resolvedAt } = page
  const { icon, word } = faces[state]
  const sinceMs = Date.parse(openedAt)
  if (state === 'resolved') {
    const endMs = resolvedAt === null ? nowMs : Date.parse(resolvedAt)
    return `${icon} ${word} ${instantInWords(endMs, nowMs)}, after ${inWords(endMs - sinceMs)}`
  }
  return `${icon} ${word}, open for ${inWords(nowMs - sinceMs)} (since ${instantInWords(sinceMs, nowMs)}): ${nextText(page, nowMs)}`
}

/** What happens next, unless somebody answers. */
function nextText(page: CallPage, nowMs: number): string {
  const dueMs = page.dueAt === null ? null : Date.parse(page.dueAt)
  const when = dueMs === null || dueMs <= nowMs ? 'now' : `at ${instantInWords(dueMs, nowMs)}`
  switch (page.state) {
    case 'calling':
      return reachedNobody(page) ? `nobody is on call, tries again ${when}` : `calls the next step ${when}`
    case 'snoozed':
      return `calls again ${when}, from the first step`
    case 'silenced':
      return dueMs === null ? 'calls when the silence ends' : `calls when the silence ends, ${when}`
    case 'acknowledged':
      return `${page.acknowledgedBy ?? 'somebody'} is on it, nobody else is called`
    default:
      return 'nobody is called any more'
  }
}

const happened: Readonly<Record<string, (person: string, detail: string) => string>> = {
  opened: () => 'opened',
  silenced: () => 'held back by a silence',
  called: (person, detail) => `${person} was called${detail === '' ? '' : ` (${detail})`}`,
  nobody: (_, detail) => detail || 'nobody is on call',
  acknowledged: (person) => `${person} acknowledged`,
  snoozed: (person, detail) => `${person} snoozed it ${detail}`,
  escalated: (person) => `${person} escalated`,
  exhausted: (_, detail) => detail || 'everybody was called as often as the policy says',
  resolved: () => 'resolved',
}

function lastText({ at, kind, person, detail }: PageEntry, nowMs: number): string {
  return `last: ${(happened[kind]?.(person, detail) ?? kind).trim()}, ${instantInWords(Date.parse(at), nowMs)}`
}

function commandsFor({ id, state, incident }: CallPage): string[] {
  const show = incident === null ? [] : [`incident show ${incident}`]
  const answers = {
    ack: `oncall ack ${id}`,
    snooze: `oncall snooze ${id} --for 30m`,
    escalate: `oncall escalate ${id}`,
  }
  switch (state) {
    case 'resolved':
      return show
    case 'acknowledged':
      return [answers.escalate, ...show]
    default:
      return [answers.ack, answers.snooze, answers.escalate, ...show]
  }
}
