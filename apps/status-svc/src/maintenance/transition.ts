import { systemActor, type Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { uuidv7 } from '@akashic/shared/ids'
import type { Transaction } from '@akashic/shared/postgres'
import { checkedBody } from '../incident/text.ts'
import { claimMaintenance } from './claim.ts'
import { isAboutAll } from '../incident/each-apart.ts'
import type { MaintenanceDeps } from './maintenance-deps.ts'
import { dueStatus, movedTo, nextStatuses, type Maintenance, type MaintenanceStatus } from './maintenance.ts'
import { overlayMaintenances } from './overlay.ts'
import { lockNextDue } from './store.ts'
import { writeMaintenance } from './write.ts'

export interface TransitionMaintenance {
  readonly id: string
  readonly version: number
  readonly status: MaintenanceStatus
  /** What is said with it; may be empty. */
  readonly body: string
}

/** Moves a maintenance on.
 *  @throws OpsError not_found, permission_denied, aborted, invalid_argument, or failed_precondition naming where it may
 *  go. */
export function transitionMaintenance(
  deps: MaintenanceDeps,
  actor: Actor,
  request: TransitionMaintenance,
): Promise<Maintenance> {
  const { status } = request
  const nowMs = deps.clock.now()
  return deps.db.transaction(async (tx) => {
    const before = await claimMaintenance(tx, actor.principal, request.id, request.version)
    const open = nextStatuses(before.status)
    if (!open.includes(status)) {
      const where = open.length === 0 ? 'nowhere any more' : `to ${open.join(' or ')}`
      throw new OpsError(
        'failed_precondition',
        `The maintenance is ${before.status}; it goes ${where}, not to ${status}.`,
      )
    }
    const words = { id: uuidv7(nowMs), body: checkedBody('body', request.body), author: actor.principal.name }
    const detail = { from: before.status, to: status }
    const act = { action: 'maintenance.transition', detail }
    return writeMaintenance(deps, tx, actor, before, movedTo(before, status, words, nowMs), act)
  })
}

/** Begins and ends what is automatic and due, and brings components that lag behind to what they should be. Every replica
 *  does so; none waits for another, and one that cannot be moved holds up no other. */
export async function keepMaintenances(deps: MaintenanceDeps, nowMs: number): Promise<void> {
  let afterNum = 0
  for (;;) {
    let due: Maintenance | undefined
    try {
      await deps.db.transaction(async (tx) => {
        due = await lockNextDue(tx, afterNum, nowMs)
        if (due) await moveAsDue(deps, tx, due, nowMs)
      })
      if (!due) break
    } catch (error) {
      if (!due || isAboutAll(error)) throw error
      deps.log.warn({ err: error, maintenance: due.id }, 'a maintenance could not be begun or ended; the others are')
      afterNum = due.num
    }
  }
  await deps.db.transaction((tx) => overlayMaintenances(deps, tx, nowMs))
}

/** One to a transaction: who held the components of one while waiting for those of another could wait for ever. */
async function moveAsDue(deps: MaintenanceDeps, tx: Transaction, before: Maintenance, nowMs: number): Promise<void> {
  const status = dueStatus(before, nowMs)
  if (status === null) throw new OpsError('internal', `The maintenance ${before.id} is not due.`)
  const actor = systemActor('status')
  const words = { id: uuidv7(nowMs), body: '', author: actor.principal.name }
  const act = { action: 'maintenance.transition', detail: { from: before.status, to: status } }
  await writeMaintenance(deps, tx, actor, before, movedTo(before, status, words, nowMs), act)
}
