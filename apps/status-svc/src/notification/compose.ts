import { renderTemplate, type NotificationTemplates } from '@akashic/config'
import type { Incident, IncidentStatus } from '../incident/incident.ts'
import { durationInWords, namedComponents } from '../incident/in-words.ts'
import { usualSilenceMs } from '../incident/promise.ts'
import type { TimelineEntry } from '../timeline/entry.ts'
import type { Fact, MessageAction, MessageUrgency } from './message.ts'
import type { Said } from './notification.ts'

/** Something of an incident that channels are told. */
export interface Telling {
  /** Number of the timeline entry that it is about. */
  readonly seq: number
  readonly kind: 'opened' | 'updated' | 'moved' | 'reopened' | 'resolved' | 'merged' | 'joined' | 'overdue'
  readonly status: IncidentStatus
  /** Published words; empty where there are none. */
  readonly words: string
}

/** What of these entries of a timeline is told, in order: one thing for words and the move that they come with. */
export function tellingsOf(entries: readonly TimelineEntry[], now: IncidentStatus): readonly Telling[] {
  const tellings: Telling[] = []
  for (const entry of entries) {
    const telling = tellingOf(entry, now, isMergedAt(entries, entry))
    const last = tellings.at(-1)
    // Words join the move or the opening that they belong to: both are of one change, at one instant.
    const isOfLast =
      telling?.kind === 'updated' && last?.words === '' && last.kind !== 'joined' && isAtOnce(entries, last, entry)
    if (isOfLast)
      tellings[tellings.length - 1] = {
        ...last,
        kind: last.kind === 'moved' ? 'updated' : last.kind,
        words: telling.words,
      }
    else if (telling) tellings.push(telling)
  }
  return tellings
}

const isAtOnce = (entries: readonly TimelineEntry[], { seq }: Telling, entry: TimelineEntry): boolean =>
  entries.find((one) => one.seq === seq)?.atMs === entry.atMs

/** True when the incident was over at this entry because another one took over. */
const isMergedAt = (entries: readonly TimelineEntry[], { atMs }: TimelineEntry): boolean =>
  entries.some((one) => one.kind === 'merged' && one.atMs === atMs && one.body['into'] !== undefined)

function tellingOf({ seq, kind, body }: TimelineEntry, now: IncidentStatus, isMerged: boolean): Telling | null {
  switch (kind) {
    case 'opened':
      return { seq, kind: 'opened', status: 'investigating', words: '' }
    case 'reopened':
      return { seq, kind: 'reopened', status: 'investigating', words: '' }
    case 'status_changed': {
      const status = body['to'] as IncidentStatus
      if (status === 'postmortem') return null
      if (status === 'resolved') return { seq, kind: isMerged ? 'merged' : 'resolved', status, words: '' }
      return { seq, kind: 'moved', status, words: '' }
    }
    case 'changed':
      return body['severity'] === undefined ? null : { seq, kind: 'moved', status: now, words: '' }
    case 'joined':
      return { seq, kind: 'joined', status: now, words: '' }
    case 'update_published':
      return { seq, kind: 'updated', status: body['status'] as IncidentStatus, words: String(body['body']) }
    case 'update_overdue':
      return { seq, kind: 'overdue', status: now, words: '' }
    default:
      return null
  }
}

const actions: Readonly<Record<Telling['kind'], MessageAction>> = {
  opened: 'trigger',
  updated: 'update',
  moved: 'update',
  overdue: 'update',
  reopened: 'trigger',
  resolved: 'resolve',
  merged: 'resolve',
  joined: 'update',
}

const urgencies: readonly MessageUrgency[] = ['critical', 'error', 'warning', 'warning', 'info']

/** What is said of an incident to channels. Of a restricted one it gives nothing away but that it is there. */
export function said(incident: Incident, telling: Telling, templates: NotificationTemplates, url: string | null): Said {
  const about = {
    action: actions[telling.kind],
    urgency: urgencies[incident.severity - 1] ?? 'info',
    type: `incident.${telling.kind}`,
    url,
  }
  const severity = `SEV-${incident.severity}`
  if (incident.visibility === 'restricted') {
    return { ...about, title: `[${severity}] Restricted incident: ${telling.status}`, body: '', facts: [], url: null }
  }
  const values = valuesOf(incident, telling, url)
  if (telling.kind === 'merged') {
    const body = 'It goes on in another incident, which has the same cause.'
    return { ...about, title: `[${severity}] ${incident.title}: merged`, body, facts: [] }
  }
  if (telling.kind === 'overdue') {
    const body = `The public was promised word by now. ${leadWords(incident)}`
    return {
      ...about,
      title: `[${severity}] ${incident.title}: an update is overdue`,
      body,
      facts: factsOf(incident, values),
    }
  }
  const { title, body } = templates[telling.kind === 'joined' ? 'opened' : telling.kind]
  return {
    ...about,
    title: renderTemplate(title, values).trim(),
    body: renderTemplate(body, values).trim(),
    facts: factsOf(incident, values),
  }
}

function valuesOf(incident: Incident, { status, words }: Telling, url: string | null) {
  return {
    title: incident.title,
    severity: `SEV-${incident.severity}`,
    status,
    components: namedComponents(incident.components),
    impact: incident.impact,
    words,
    interval: durationInWords(usualSilenceMs(incident.impact)),
    estimate: 'not known yet',
    started: `${new Date(incident.startedAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    url: url ?? '',
  }
}

function factsOf(incident: Incident, values: ReturnType<typeof valuesOf>): Fact[] {
  const commander = incident.roles.find(({ role }) => role === 'incident_commander')
  return [
    { name: 'Severity', value: values.severity },
    { name: 'Status', value: values.status },
    { name: 'Affected', value: values.components },
    { name: 'Since', value: values.started },
    ...(commander ? [{ name: 'Incident commander', value: commander.person }] : []),
  ]
}

function leadWords({ roles }: Incident): string {
  const lead = roles.find(({ role }) => role === 'communications_lead')
  return lead ? `${lead.person}, as Communications Lead, is to publish one.` : 'Nobody is Communications Lead.'
}
