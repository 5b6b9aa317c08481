import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { uuidv7 } from '@akashic/shared/ids'
import type { Transaction } from '@akashic/shared/postgres'
import { affectedNow } from './affected.ts'
import { amendIn, type Known } from './amend.ts'
import { isOpen, type Incident, type IncidentStatus } from './incident.ts'
import type { IncidentDeps } from './incident-deps.ts'
import { requirePublisher } from './require-publisher.ts'
import { checkedBody } from './text.ts'
import { allowedFrom } from './transition.ts'
import { say } from './words.ts'

export interface AddUpdate extends Known {
  /** Where the incident moves; null: it stays where it stands. */
  readonly status: IncidentStatus | null
  readonly body: string
  readonly publish: boolean
  readonly nextUpdateAtMs: number | null
  /** Whether the incident must be open, or over; undefined when it may be either. */
  readonly expectsOpen?: boolean | undefined
}

export interface AddedUpdate {
  readonly incident: Incident
  /** Empty when the incident moved without words. */
  readonly updateId: string
}

/** Adds an update in words, moves the incident, or both.
 *  @throws OpsError as amend and `say`. */
export function addUpdate(deps: IncidentDeps, actor: Actor, request: AddUpdate): Promise<AddedUpdate> {
  return deps.db.transaction((tx) => addUpdateIn(deps, tx, actor, request))
}

/** As addUpdate, within the caller's transaction. */
export async function addUpdateIn(
  deps: Pick<IncidentDeps, 'clock' | 'outbox'>,
  tx: Transaction,
  actor: Actor,
  request: AddUpdate,
): Promise<AddedUpdate> {
  if (request.publish) requirePublisher(actor.principal)
  const updateId = uuidv7(deps.clock.now())
  const incident = await amendIn(deps, tx, actor, request, async (before, nowMs) => {
    const status = request.status ?? before.status
    requireStanding(before, request.expectsOpen)
    const update = {
      id: updateId,
      status,
      body: checkedBody('body', request.body),
      publish: request.publish,
      nextUpdateAtMs: request.nextUpdateAtMs,
      author: actor.principal.name,
      affected: await affectedNow(tx, before),
    }
    const detail = { updateId, from: before.status, to: status, isPublished: request.publish }
    return { ...say(before, update, nowMs), act: { action: 'incident.update', detail } }
  })
  return { incident, updateId: incident.updates.some(({ id }) => id === updateId) ? updateId : '' }
}

/** @throws OpsError failed_precondition naming what is allowed instead. */
function requireStanding(incident: Incident, expectsOpen: boolean | undefined): void {
  if (expectsOpen === undefined || expectsOpen === isOpen(incident)) return
  const allowed = allowedFrom(incident.status)
  const problem = expectsOpen ? 'over already' : 'not over'
  const sentence = `The incident is ${problem}: it is ${incident.status}. Allowed: ${allowed.join(', ')}.`
  throw new OpsError('failed_precondition', sentence, { extra: { allowed } })
}
