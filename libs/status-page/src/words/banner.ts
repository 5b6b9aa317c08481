// Shared by the renderer and by the script of the open page (client/live.ts), so that both say the same.
import type { PageIncident } from '../incident/incident.ts'
import type { Status } from '../model.ts'
import { statusWord } from './component-words.ts'

export interface Spoken {
  readonly name: string
  readonly status: Status
  /** Name of the component whose failure explains this one. */
  readonly causedBy?: string | undefined
}

export interface Picture {
  readonly overall: Status
  readonly isBlind: boolean
  readonly isStale: boolean
  readonly components: readonly Spoken[]
  /** Those that are open and told. */
  readonly incidents: readonly Pick<PageIncident, 'status' | 'impact'>[]
}

export interface Banner {
  readonly tone: Status
  /** What the page's tab says. */
  readonly word: string
  readonly headline: string
  readonly note: string
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
  const isSentence = picture.overall === 'operational'
  const lastKnown = isSentence ? known.headline.charAt(0).toLowerCase() + known.headline.slice(1) : known.headline
  const note = 'Our own status service cannot be reached.'
  return { ...unknown, headline: `Last known: ${lastKnown}`, note }
}

function knownBanner(picture: Picture): Banner {
  const order: readonly Status[] = ['outage', 'partial_outage', 'degraded', 'unknown', 'maintenance']
  const groups = order
    .map((status) => ({ status, members: picture.components.filter((component) => component.status === status) }))
    .filter((group) => group.members.length > 0)
  const phrases = groups.map((group) => troubledPhrase(group.status, group.members))
  if (picture.overall === 'operational') {
    const isCalm = groups.every((group) => group.status === 'maintenance')
    return withIncidents(picture.incidents, isCalm, sentences(phrases))
  }
  const leading = groups.findIndex(({ status }) =>
    picture.overall === 'unknown' ? status === 'unknown' : status !== 'maintenance',
  )
  const headline = phrases[leading]
  const toned = { tone: picture.overall, word: statusWord(picture.overall) }
  if (headline === undefined) return { ...toned, headline: toned.word, note: '' }
  const members = groups[leading]?.members ?? []
  const affected = members.filter((member) => isExplained(member, members)).map((member) => member.name)
  const rest = phrases.filter((_, index) => index !== leading)
  if (affected.length > 0)
    rest.unshift(`${listed(affected)} ${affected.length === 1 ? 'is' : 'are'} down because of it`)
  return { ...toned, headline, note: sentences(rest) }
}

/** What the checks call operational, beside what people say: it is green only when they are no more than watching. */
function withIncidents(incidents: Picture['incidents'], isCalm: boolean, note: string): Banner {
  const well = isCalm ? 'All systems operational' : 'Main systems operational'
  const green = { tone: 'operational', word: statusWord('operational'), note } as const
  if (incidents.length === 0) return { ...green, headline: well }
  const count = incidents.length === 1 ? 'one incident is' : `${incidents.length} incidents are`
  if (incidents.every(({ status }) => status === 'monitoring')) {
    return { ...green, headline: `${well}, ${count} being watched` }
  }
  if (incidents.every(({ impact }) => impact === 'none')) return { ...green, headline: `${well}, ${count} open` }
  const seen = isCalm ? 'Our checks see no fault' : well
  return { tone: 'degraded', word: 'Open incident', headline: `${seen}, but ${count} open`, note }
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
