import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { checkedBody, checkedTitle } from '../incident/text.ts'
import { claimMaintenance } from './claim.ts'
import type { MaintenanceDeps } from './maintenance-deps.ts'
import { nextStatuses, type Maintenance } from './maintenance.ts'
import { requireWindow } from './schedule.ts'
import { writeMaintenance } from './write.ts'

export interface ChangeMaintenance {
  readonly id: string
  readonly version: number
  readonly title?: string
  readonly body?: string
  readonly scheduledForMs?: number
  readonly scheduledUntilMs?: number
}

/** Changes the words or the window of a maintenance that is not over. What is absent stays as it is.
 *  @throws OpsError not_found, permission_denied, aborted, invalid_argument, or failed_precondition when it is over, or
 *  when the start of one that has begun is to change. */
export function changeMaintenance(
  deps: MaintenanceDeps,
  actor: Actor,
  { id, version, ...request }: ChangeMaintenance,
): Promise<Maintenance> {
  return deps.db.transaction(async (tx) => {
    const before = await claimMaintenance(tx, actor.principal, id, version)
    const { scheduledForMs = before.scheduledForMs, scheduledUntilMs = before.scheduledUntilMs } = request
    if (nextStatuses(before.status).length === 0) {
      throw new OpsError('failed_precondition', `The maintenance is ${before.status}: it does not change any more.`)
    }
    if (scheduledForMs !== before.scheduledForMs && before.status !== 'scheduled') {
      throw new OpsError('failed_precondition', 'The maintenance has begun: its start does not change any more.')
    }
    requireWindow(scheduledForMs, scheduledUntilMs, deps.clock.now())
    const title = checkedTitle('title', request.title ?? before.title)
    const body = checkedBody('body', request.body ?? before.body)
    const fields = { title, body, scheduledForMs, scheduledUntilMs }
    const changed = (Object.keys(fields) as (keyof typeof fields)[]).filter((key) => fields[key] !== before[key])
    if (changed.length === 0) return before
    const detail = Object.fromEntries(changed.map((key) => [key, { from: before[key], to: fields[key] }]))
    return writeMaintenance(deps, tx, actor, before, { ...before, ...fields }, { action: 'maintenance.change', detail })
  })
}
