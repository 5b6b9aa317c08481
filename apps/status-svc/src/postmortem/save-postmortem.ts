import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { amend } from '../incident/amend.ts'
import { isOpen, type Change, type Happening, type Incident } from '../incident/incident.ts'
import type { IncidentDeps } from '../incident/incident-deps.ts'
import { requirePublisher } from '../incident/require-publisher.ts'
import { toldStatus } from '../incident/told.ts'
import { checkedBody, refuse } from '../incident/text.ts'
import { ticked } from '../incident/tick-item.ts'
import { moveTo } from '../incident/transition.ts'
import * as store from './store.ts'

const longestPostmortem = 200_000

export interface SavePostmortem {
  readonly id: string
  /** Version of the postmortem that the caller knows, 0 for none. */
  readonly version: number
  readonly body: string
  /** Lets those who may read of the incident read it, and moves a resolved incident to `postmortem`. */
  readonly publish: boolean
}

/** Saves the postmortem of an incident; of a published one only with `publish`, since all may read what is saved.
 *  @returns its version.
 *  @throws OpsError not_found, invalid_argument, aborted with the current version, failed_precondition when it is to be
 *  published of an incident that is not over, as the public was told, or is public and `publish` is not asked for. */
export async function savePostmortem(deps: IncidentDeps, actor: Actor, request: SavePostmortem): Promise<number> {
  if (request.publish) requirePublisher(actor.principal)
  const body = checkedBody('body', request.body, longestPostmortem)
  if (body === '') refuse('body', 'must not be empty')
  let version = 0
  await amend(deps, actor, { id: request.id, version: null }, async (incident, nowMs, tx) => {
    const before = await store.readOne(tx, incident.num)
    version = requireVersion(before?.version ?? 0, request) + 1
    const isFirst = request.publish && (before?.publishedAtMs ?? null) === null
    if (isFirst) requireOver(incident)
    if (!request.publish && before?.publishedAtMs) throw publicError()
    const publishedAtMs = isFirst ? nowMs : (before?.publishedAtMs ?? null)
    await store.save(tx, incident.num, { version, body, publishedAtMs }, nowMs)
    const detail = { version, isPublished: publishedAtMs !== null }
    return {
      ...saved(incident, { version, isFirst, by: actor.principal.name }, nowMs),
      act: { action: 'incident.save_postmortem', detail },
    }
  })
  return version
}

function saved(
  incident: Incident,
  { version, isFirst, by }: { readonly version: number; readonly isFirst: boolean; readonly by: string },
  nowMs: number,
): Change {
  const note: Happening = { kind: 'postmortem_saved', body: { version } }
  const done = { key: 'learn.findings', evidence: `/incidents/${incident.id}`, by }
  const documented = ticked(incident, done, nowMs)
  if (!isFirst) return { incident: documented.incident, happenings: [note, ...documented.happenings] }
  const moved = moveTo(documented.incident, 'postmortem', nowMs)
  const published: Happening = { kind: 'postmortem_published', body: { version } }
  return { incident: moved.incident, happenings: [note, ...documented.happenings, published, ...moved.happenings] }
}

function requireVersion(current: number, { id, version }: SavePostmortem): number {
  if (current === version) return current
  throw new OpsError('aborted', `The postmortem of ${id} is at version ${current}, not ${version}.`, {
    extra: { current: { id, version: current } },
  })
}

const publicError = () =>
  new OpsError('failed_precondition', 'This postmortem is public: save it with publish, and all may read it at once.')

function requireOver(incident: Incident): void {
  const told = toldStatus(incident)
  if (!isOpen(incident) && (incident.visibility !== 'public' || told === 'resolved' || told === 'postmortem')) return
  if (!isOpen(incident)) {
    const reads = told === null ? 'nothing of it' : `that it is ${told}`
    throw new OpsError(
      'failed_precondition',
      `The public reads ${reads}: publish that it is resolved, and then its postmortem.`,
    )
  }
  throw new OpsError(
    'failed_precondition',
    `The incident is ${incident.status}: its postmortem is published once it is resolved.`,
  )
}
