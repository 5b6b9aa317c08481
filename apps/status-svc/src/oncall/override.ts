import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { uuidv7 } from '@akashic/shared/ids'
import type { Queryable } from '@akashic/shared/postgres'
import { addAudit } from '../audit/audit.ts'
import { requireRole } from '@akashic/shared/access'
import { isIncidentId } from '../incident/claim-incident.ts'
import { checkedTitle, refuse } from '../incident/text.ts'
import type { OnCallDeps } from './on-call-deps.ts'
import * as store from './override-store.ts'
import type { Override } from './shifts.ts'

export interface StoredOverride extends Override {
  readonly id: string
  readonly schedule: string
  readonly author: string
  readonly reason: string
  readonly createdAtMs: number
}

export interface NewOverride {
  readonly schedule: string
  readonly personId: string
  readonly startMs: number
  readonly endMs: number
  readonly reason: string
}

const longestMs = 366 * 86_400_000
const longestReason = 500

/** Puts somebody on call for a while instead of whom the schedule says.
 *  @throws OpsError invalid_argument, or permission_denied below operator. */
export async function addOverride(deps: OnCallDeps, actor: Actor, asked: NewOverride): Promise<StoredOverride> {
  requireRole(actor.principal, 'operator')
  const { schedules, people } = deps.onCall()
  if (!schedules.some(({ name }) => name === asked.schedule)) refuse('schedule', 'is no schedule')
  if (!people.some(({ id }) => id === asked.personId)) refuse('person', 'is nobody who can be paged')
  const nowMs = deps.clock.now()
  if (asked.endMs <= asked.startMs) refuse('end', 'must be after start')
  if (asked.endMs <= nowMs) refuse('end', 'must be in the future')
  if (asked.endMs - asked.startMs > longestMs) refuse('end', 'must be within a year of start')
  const reason = asked.reason === '' ? '' : checkedTitle('reason', asked.reason, longestReason)
  return deps.db.transaction(async (tx) => {
    const override = await store.insert(tx, {
      ...asked,
      ...{ id: uuidv7(nowMs), author: actor.principal.name, reason, createdAtMs: nowMs },
    })
    const detail = {
      schedule: asked.schedule,
      person: asked.personId,
      start: iso(asked.startMs),
      end: iso(asked.endMs),
    }
    await addAudit(tx, nowMs, actor, [{ action: 'oncall.override', subject: override.id, detail }])
    return override
  })
}

/** Takes an override back.
 *  @throws OpsError not_found, or permission_denied below operator. */
export async function cancelOverride(deps: OnCallDeps, actor: Actor, id: string): Promise<void> {
  requireRole(actor.principal, 'operator')
  const nowMs = deps.clock.now()
  await deps.db.transaction(async (tx) => {
    const override = isIncidentId(id) ? await store.cancel(tx, id, nowMs) : undefined
    if (!override) throw new OpsError('not_found', `There is no override ${id}.`)
    const { schedule, personId } = override
    await addAudit(tx, nowMs, actor, [
      { action: 'oncall.cancel_override', subject: id, detail: { schedule, person: personId } },
    ])
  })
}

/** Overrides that reach into the time from `fromMs` until before `toMs`, oldest first. */
export const listOverrides = (db: Queryable, fromMs: number, toMs: number): Promise<StoredOverride[]> =>
  store.readBetween(db, null, fromMs, toMs)

const iso = (ms: number): string => new Date(ms).toISOString()
