// Shared by the renderer and by the script of the open page (client/live.ts), so that both say the same.
import type { Status } from './model.ts'

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
}

export interface Banner {
  readonly tone: Status
  readonly headline: string
  readonly note: string
}

/** How things are, in words: a headline, and a note on what the headline leaves out. */
export function bannerOf(picture: Picture): Banner {
  if (picture.components.length === 0) {
    return {
      tone: 'unknown',
      headline: 'Nothing is being watched yet',
      note: 'Components appear here once they are set up.',
    }
  }
  if (picture.isBlind) {
    const note = 'They may well be fine: our checker lost its connection.'
    return { tone: 'unknown', headline: 'We cannot see the services right now', note }
  }
  const known = knownBanner(picture)
  if (!picture.isStale) return known
  const isSentence = known.tone === 'operational'
  const lastKnown = isSentence ? known.headline.charAt(0).toLowerCase() + known.headline.slice(1) : known.headline
  const note = 'Our own status service cannot be reached.'
  return { tone: 'unknown', headline: `Last known: ${lastKnown}`, note }
}

function knownBanner(picture: Picture): Banner {
  const order: readonly Status[] = ['outage', 'partial_outage', 'degraded', 'unknown', 'maintenance']
  const groups = order
    .map((status) => ({ status, members: picture.components.filter((component) => component.status === status) }))
    .filter((group) => group.members.length > 0)
  const phrases = groups.map((group) => troubledPhrase(group.status, group.members))
  if (picture.overall === 'operational') {
    const isCalm = groups.every((group) => group.status === 'maintenance')
    return {
      tone: 'operational',
      headline: isCalm ? 'All systems operational' : 'Main systems operational',
      note: sentences(phrases),
    }
  }
  const leading = groups.findIndex(({ status }) =>
    picture.overall === 'unknown' ? status === 'unknown' : status !== 'maintenance',
  )
  const headline = phrases[leading]
  if (headline === undefined) return { tone: picture.overall, headline: statusWord(picture.overall), note: '' }
  const members = groups[leading]?.members ?? []
  const affected = members.filter((member) => isExplained(member, members)).map((member) => member.name)
  const rest = phrases.filter((_, index) => index !== leading)
  if (affected.length > 0)
    rest.unshift(`${listed(affected)} ${affected.length === 1 ? 'is' : 'are'} down because of it`)
  return { tone: picture.overall, headline, note: sentences(rest) }
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

export function statusWord(status: Status): string {
  const words: Readonly<Record<Status, string>> = {
    operational: 'Operational',
    degraded: 'Degraded',
    partial_outage: 'Partial outage',
    outage: 'Outage',
    maintenance: 'Maintenance',
    unknown: 'Unknown',
  }
  return words[status]
}

export interface Trouble {
  readonly status: Status
  readonly error?: string | undefined
  readonly wasChecked: boolean
  readonly isFlapping: boolean
}

/** What is wrong with a component, as a sentence without its full stop. */
export function troubleSentence(trouble: Trouble): string {
  const error = trouble.error ?? defaultSentence(trouble)
  const sentence = error.charAt(0).toUpperCase() + error.slice(1)
  return trouble.isFlapping ? `Going up and down: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}` : sentence
}

function defaultSentence(trouble: Trouble): string {
  if (trouble.status === 'outage') return 'not working'
  if (trouble.status === 'degraded') return 'slower or less reliable than usual'
  if (trouble.status === 'partial_outage') return 'some of its checks fail'
  if (trouble.status === 'maintenance') return 'planned work is under way'
  return trouble.wasChecked ? 'not checked lately' : 'not checked yet'
}

/** A response time: `112 ms`, `1.4 s`. */
export function formatResponseTime(ms: number): string {
  if (ms < 1) return '<1 ms'
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
