// Shared by the renderer and by the script of the open page (client/live.ts), so that both say the same.
import type { Impact, IncidentStatus } from '../incident/incident.ts'
import type { Status } from '../model.ts'
import { statusWord } from './component-words.ts'

export interface Spoken {
  readonly name: string
  readonly status: Status
  /** Name of the component whose failure explains this one. */
  readonly causedBy?: string | undefined
}

export interface SpokenIncident {
  readonly title: string
  readonly status: IncidentStatus
  readonly impact: Impact
  readonly startedAtMs: number
}

export interface Picture {
  readonly overall: Status
  readonly isBlind: boolean
  readonly isStale: boolean
  readonly components: readonly Spoken[]
  /** Those that are open and told, newest first. */
  readonly incidents: readonly SpokenIncident[]
}

export interface Banner {
  readonly tone: Status
  /** What the page's tab says. */
  readonly word: string
  readonly headline: string
  readonly note: string
  /** When that began of which the headline tells; absent when that is how the components are. */
  readonly sinceMs?: number
}

/** How things are, in words: a headline, and a note on what the headline leaves out. */
export function bannerOf(picture: Picture): Banner {
  const unknown = { tone: 'unknown', word: statusWord('unknown') } as const
  if (picture.components.length === 0) {
    return {
      ...unknown,
      headline: 'Nothing is being watched yet',
      note: 'Components appear here once they are set up.',
    }
  }
  if (picture.isBlind) {
    const note = 'They may well be fine: our checker lost its connection.'
    return { ...unknown, headline: 'We cannot see the services right now', note }
  }
  const known = knownBanner(picture)
  if (!picture.isStale) return known
  const isSentence = known.word === statusWord('operational')
  const lastKnown = isSentence ? known.headline.charAt(0).toLowerCase() + known.headline.slice(1) : known.headline
  const note = 'Our own status service cannot be reached.'
  return { ...unknown, headline: `Last known: ${lastKnown}`, note }
}

/** People speak before the checks do: what they know is more than what is measured. */
function knownBanner(picture: Picture): Banner {
  const { overall, incidents } = picture
  const measured = measuredOf(picture)
  const loud = incidents.filter(({ status, impact }) => status !== 'monitoring' && impact !== 'none')
  if (loud.length > 0) return bannerOfIncidents(loud, measured, overall)
  const quiet = overall === 'operational' ? beingWatched(incidents) : ''
  return {
    tone: overall,
    word: statusWord(overall),
    headline: measured.headline + quiet,
    note: sentences(measured.rest),
  }
}

/** The worst of `incidents`, and what is measured beside it; never green. */
function bannerOfIncidents(incidents: readonly SpokenIncident[], measured: Measured, overall: Status): Banner {
  const isGreen = overall === 'operational'
  const worst = incidents.reduce((one, other) => (severityOf(other) > severityOf(one) ? other : one))
  const others = incidents.length - 1
  const more = others > 0 ? [others === 1 ? 'One more incident is open' : `${others} more incidents are open`] : []
  const rest = [measured.beside, ...more, ...measured.rest].filter((phrase) => phrase !== worst.title)
  return {
    tone: isGreen ? 'degraded' : overall,
    word: isGreen ? 'Open incident' : statusWord(overall),
    headline: worst.title,
    note: sentences(rest),
    sinceMs: worst.startedAtMs,
  }
}

const severityOf = ({ impact }: SpokenIncident): number => ['none', 'minor', 'major', 'critical'].indexOf(impact)

/** Goes after a headline: incidents that take nothing from the green. */
function beingWatched(incidents: readonly SpokenIncident[]): string {
  if (incidents.length === 0) return ''
  const count = incidents.length === 1 ? 'one incident is' : `${incidents.length} incidents are`
  return `, ${count} ${incidents.every(({ status }) => status === 'monitoring') ? 'being watched' : 'open'}`
}

/** What the checks say, in phrases. */
interface Measured {
  readonly headline: string
  /** The headline, as it is said beside an incident. */
  readonly beside: string
  readonly rest: readonly string[]
}

function measuredOf({ overall, components }: Picture): Measured {
  const order: readonly Status[] = ['outage', 'partial_outage', 'degraded', 'unknown', 'maintenance']
  const groups = order
    .map((status) => ({ status, members: components.filter((component) => component.status === status) }))
    .filter((group) => group.members.length > 0)
  const phrases = groups.map((group) => troubledPhrase(group.status, group.members))
  if (overall === 'operational') {
    const isCalm = groups.every((group) => group.status === 'maintenance')
    return isCalm
      ? { headline: 'All systems operational', beside: 'Our checks see no fault', rest: phrases }
      : { headline: 'Main systems operational', beside: 'Our checks see the main systems at work', rest: phrases }
  }
  const leading = groups.findIndex(({ status }) =>
    overall === 'unknown' ? status === 'unknown' : status !== 'maintenance',
  )
  const headline = phrases[leading]
  if (headline === undefined) return { headline: statusWord(overall), beside: statusWord(overall), rest: [] }
  const members = groups[leading]?.members ?? []
  const affected = members.filter((member) => isExplained(member, members)).map((member) => member.name)
  const because = `${listed(affected)} ${affected.length === 1 ? 'is' : 'are'} down because of it`
  const rest = phrases.filter((_, index) => index !== leading)
  return { headline, beside: headline, rest: affected.length > 0 ? [because, ...rest] : rest }
}

function troubledPhrase(status: Status, members: readonly Spoken[]): string {
  const roots = status === 'outage' ? members.filter((member) => !isExplained(member, members)) : members
  const is = roots.length === 1 ? 'is' : 'are'
  const subject = listed(roots.map((member) => member.name))
  if (status === 'outage') return `${subject} ${is} down`
  if (status === 'partial_outage') return `${subject} ${is} partly down`
  if (status === 'degraded') return `${subject} ${is} degraded`
  if (status === 'maintenance') return `${subject} ${is} under maintenance`
  return `We do not know how ${subject} ${is} doing`
}

function isExplained(member: Spoken, members: readonly Spoken[]): boolean {
  return members.some((other) => other !== member && other.name === member.causedBy && other.causedBy === undefined)
}

function listed(names: readonly string[]): string {
  if (names.length > 3) return `${names.length} services`
  const last = names.at(-1) ?? ''
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last
}

/** Two of the phrases at most: the rows say the rest. */
function sentences(phrases: readonly string[]): string {
  const shown = phrases.slice(0, 2).map((phrase) => `${phrase}.`)
  return [...shown, ...(phrases.length > 2 ? ['More below.'] : [])].join(' ')
}
