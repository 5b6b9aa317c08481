import type { Incident } from '../incident/incident.ts'
import type { TimelineEntry } from '../timeline/entry.ts'
import type { ActionItem } from './action-item.ts'
import { asMarkdownText } from './markdown-text.ts'
import { namedDurations } from './durations.ts'
import { sentenceOf } from './sentence-of.ts'

/** What only people know. */
const toWrite = '_To be written._'

/** A postmortem as Markdown, with everything that the timeline tells and a marked place for what only people know. */
export function draftPostmortem(
  incident: Incident,
  timeline: readonly TimelineEntry[],
  items: readonly ActionItem[],
): string {
  const sections: readonly (readonly [string, string])[] = [
    ['Owner', person(incident, 'incident_commander') ?? toWrite],
    ['Overview', overview(incident)],
    ['Contributing factors', factors(incident)],
    ['Resolution', toWrite],
    ['Impact', impact(incident)],
    ['Responders', responders(incident, timeline)],
    ['Durations', durations(incident, timeline)],
    ['Timeline (UTC)', list(timeline.map((entry) => `${clock(entry.atMs)} ${sentenceOf(entry)}`))],
    ['What went well', toWrite],
    ['What went badly', badly(timeline)],
    ['Actions', actions(items)],
    ['Messages', messages(incident)],
  ]
  const title = `# Postmortem: ${asMarkdownText(incident.title)}`
  return [title, ...sections.map(([name, text]) => `## ${name}\n\n${text}`)].join('\n\n') + '\n'
}

function overview(incident: Incident): string {
  const end = incident.resolvedAtMs === null ? 'is not over' : `was over at ${clock(incident.resolvedAtMs)}`
  const again = incident.reopenedCount === 0 ? '' : ` It was reopened ${incident.reopenedCount} times.`
  return `SEV-${incident.severity}. It began at ${clock(incident.startedAtMs)} and ${end}.${again}`
}

function factors({ components }: Incident): string {
  const roots = components.length > 1 ? components.filter((component) => component.isRoot) : []
  const known = roots.map(({ name }) => `The failure of ${asMarkdownText(name)} explains the others.`)
  return [...known, toWrite].join('\n\n')
}

function impact(incident: Incident): string {
  const lines = incident.components.map(({ name, visibility, worstStatus, joinedAtMs, recoveredAtMs }) => {
    const kind = visibility === 'internal' ? ' (internal: not for the public)' : ''
    const end = recoveredAtMs === null ? 'not seen to recover' : `recovered ${clock(recoveredAtMs)}`
    return `${asMarkdownText(name)}${kind}: ${worstStatus}, joined ${clock(joinedAtMs)}, ${end}`
  })
  return `Impact: ${incident.impact}.${lines.length === 0 ? '' : `\n\n${list(lines)}`}`
}

function responders(incident: Incident, timeline: readonly TimelineEntry[]): string {
  const inRoles = incident.roles.map((held) => `${asMarkdownText(held.person)}: ${held.role.replaceAll('_', ' ')}`)
  const authors = [...new Set(incident.updates.map((update) => update.author))].filter(
    (author) => !incident.roles.some((held) => held.person === author),
  )
  const people = new Set(timeline.map(({ actor }) => actor).filter((actor) => actor.startsWith('person:')))
  const known = [...inRoles, ...authors.map((author) => `${asMarkdownText(author)}: wrote updates`)]
  return known.length > 0 ? list(known) : list([...people].map(asMarkdownText))
}

function durations(incident: Incident, timeline: readonly TimelineEntry[]): string {
  const rows = namedDurations(incident, timeline).map(({ name, fromMs, toMs }) => {
    const took = toMs === null ? 'not reached' : spoken(toMs - fromMs)
    return `| ${name.replaceAll('_', ' ')} | ${clock(fromMs)} | ${toMs === null ? '' : clock(toMs)} | ${took} |`
  })
  return ['| duration | from | to | took |', '|---|---|---|---|', ...rows].join('\n')
}

function badly(timeline: readonly TimelineEntry[]): string {
  const overdue = timeline.filter(({ kind }) => kind === 'update_overdue' || kind === 'checklist_overdue')
  const lines = overdue.map((entry) => `${clock(entry.atMs)} ${sentenceOf(entry)}`)
  return lines.length === 0 ? toWrite : `${list(lines)}\n\n${toWrite}`
}

function actions(items: readonly ActionItem[]): string {
  const lines = items.map(({ text, owner, dueAtMs, doneAtMs }) => {
    const day = new Date(dueAtMs).toISOString().slice(0, 10)
    return `[${doneAtMs === null ? ' ' : 'x'}] ${asMarkdownText(text)} (${asMarkdownText(owner)}, due ${day})`
  })
  return lines.length === 0 ? toWrite : list(lines)
}

function messages({ updates }: Incident): string {
  const told = updates.filter((update) => update.publishedAtMs !== null)
  if (told.length === 0) return 'The public was told nothing.'
  return told
    .map(({ publishedAtMs, status, state, body }) => {
      const taken = state === 'withdrawn' ? ', withdrawn later' : ''
      const quoted = body.split('\n').map((line) => `> ${line}`)
      return [`${clock(publishedAtMs!)}, ${status}${taken}:`, '', ...quoted].join('\n')
    })
    .join('\n\n')
}

const person = (incident: Incident, role: string): string | undefined => {
  const held = incident.roles.find((assignment) => assignment.role === role)
  return held && asMarkdownText(held.person)
}

const list = (lines: readonly string[]): string =>
  lines.length === 0 ? toWrite : lines.map((l) => `- ${l}`).join('\n')

/** As `2026-03-01 00:05:00`. */
const clock = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')

function spoken(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  const parts = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`)
  return shown.length === 0 ? '0 s' : shown.join(' ')
}
