import { OpsError } from '@akashic/shared/errors'
import { isOpen, type Change, type Incident, type IncidentStatus, type IncidentUpdate } from './incident.ts'
import { firstWordWithinMs, usualSilenceMs } from './promise.ts'
import { refuse } from './text.ts'
import { toldStatus } from './told.ts'
import { moveTo } from './transition.ts'

/** An update as somebody writes it. */
export interface NewUpdate {
  readonly id: string
  readonly status: IncidentStatus
  /** Empty: the incident moves without words. */
  readonly body: string
  readonly publish: boolean
  /** When the next word is promised; null: as usual. */
  readonly nextUpdateAtMs: number | null
  readonly author: string
  readonly affected: IncidentUpdate['affected']
}

/** The incident with an update, moved where the update says.
 *  @throws OpsError invalid_argument when nothing is said, failed_precondition for a move that is not allowed or words
 *  that are to be published of an incident that is not public. */
export function say(incident: Incident, update: NewUpdate, nowMs: number): Change {
  const moved = moveTo(incident, update.status, nowMs)
  if (update.body === '') {
    if (update.publish || moved.happenings.length === 0) refuse('body', 'must not be empty')
    return moved
  }
  if (update.nextUpdateAtMs !== null && update.nextUpdateAtMs <= nowMs) refuse('nextUpdateAt', 'must be in the future')
  const { publish: _, ...words } = update
  const seq = incident.updates.length + 1
  const draft: IncidentUpdate = {
    ...words,
    seq,
    state: 'draft',
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    publishedAtMs: null,
  }
  const said = { ...moved.incident, updates: [...moved.incident.updates, draft] }
  if (!update.publish) {
    const body = { updateId: update.id, status: update.status, body: update.body }
    return { incident: said, happenings: [...moved.happenings, { kind: 'update_drafted', body }] }
  }
  const published = publish(said, update.id, nowMs)
  return { incident: published.incident, happenings: [...moved.happenings, ...published.happenings] }
}

/** The incident with a draft made public. Publishing what is published changes nothing.
 *  @throws OpsError not_found, or failed_precondition for a withdrawn one or an incident that is not public. */
export function publish(incident: Incident, updateId: string, nowMs: number): Change {
  const update = updateOf(incident, updateId)
  if (update.state === 'published') return { incident, happenings: [] }
  if (update.state === 'withdrawn') throw withdrawnError(updateId)
  if (incident.visibility !== 'public') {
    throw new OpsError(
      'failed_precondition',
      `The incident is ${incident.visibility}: make it public before publishing words of it.`,
    )
  }
  const isOver = update.status === 'resolved' || update.status === 'postmortem'
  const isKept = update.nextUpdateAtMs !== null && update.nextUpdateAtMs > nowMs
  const promiseMs = isKept ? update.nextUpdateAtMs : nowMs + usualSilenceMs(incident.impact)
  const nextUpdateAtMs = isOver ? null : promiseMs
  const told: IncidentUpdate = {
    ...update,
    state: 'published',
    publishedAtMs: nowMs,
    updatedAtMs: nowMs,
    nextUpdateAtMs,
  }
  return {
    incident: {
      ...withUpdate(incident, told),
      nextUpdateAtMs: isOpen(incident) ? promiseMs : null,
      firstPublishedAtMs: incident.firstPublishedAtMs ?? nowMs,
    },
    happenings: [
      {
        kind: 'update_published',
        body: {
          updateId,
          status: update.status,
          body: update.body,
          nextUpdateAt: nextUpdateAtMs === null ? null : new Date(nextUpdateAtMs).toISOString(),
        },
      },
    ],
  }
}

/** The incident with other words in one of its updates; what they were stays in its timeline.
 *  @throws OpsError not_found, or failed_precondition for a withdrawn one. */
export function edit(incident: Incident, updateId: string, body: string, nowMs: number): Change {
  const update = updateOf(incident, updateId)
  if (update.state === 'withdrawn') throw withdrawnError(updateId)
  if (body === '') refuse('body', 'must not be empty')
  if (body === update.body) return { incident, happenings: [] }
  return {
    incident: withUpdate(incident, { ...update, body, updatedAtMs: nowMs }),
    happenings: [{ kind: 'update_edited', body: { updateId, state: update.state, original: update.body, body } }],
  }
}

/** The incident with an update taken back, or a draft dropped; its words stay in the timeline. When nothing is left that
 *  the public may read, a first word is due again.
 *  @throws OpsError not_found. */
export function withdraw(incident: Incident, updateId: string, reason: string, nowMs: number): Change {
  const update = updateOf(incident, updateId)
  if (update.state === 'withdrawn') return { incident, happenings: [] }
  const rest = withUpdate(incident, { ...update, state: 'withdrawn', updatedAtMs: nowMs })
  const isSilent = isOpen(rest) && rest.visibility === 'public' && toldStatus(rest) === null
  const isPublished = update.state === 'published'
  return {
    incident: isSilent && isPublished ? { ...rest, nextUpdateAtMs: nowMs + firstWordWithinMs } : rest,
    happenings: [{ kind: 'update_withdrawn', body: { updateId, state: update.state, original: update.body, reason } }],
  }
}

function updateOf(incident: Incident, updateId: string): IncidentUpdate {
  const update = incident.updates.find((candidate) => candidate.id === updateId)
  if (update) return update
  throw new OpsError('not_found', `The incident has no update ${updateId}.`)
}

/** The incident with `update` in the place of the one with its id. */
export function withUpdate(incident: Incident, update: IncidentUpdate): Incident {
  return { ...incident, updates: incident.updates.map((other) => (other.id === update.id ? update : other)) }
}

const withdrawnError = (updateId: string) =>
  new OpsError('failed_precondition', `The update ${updateId} was withdrawn. Write another one.`)
