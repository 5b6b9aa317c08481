import { maintenanceEvents, makeEvent } from '@akashic/events'
import type { Actor } from '@akashic/shared/audit'
import type { Transaction } from '@akashic/shared/postgres'
import { addAudit } from '../audit/audit.ts'
import { raiseToldVersion } from '../told/told-version.ts'
import { actorLabel } from '../incident/actor-label.ts'
import type { MaintenanceDeps } from './maintenance-deps.ts'
import { isUnderWay, type Maintenance } from './maintenance.ts'
import { overlayMaintenance } from './overlay.ts'
import { save } from './store.ts'

/** Writes a change of a maintenance with its audit row, its event and what it means for its components. The caller holds
 *  its row lock. */
export async function writeMaintenance(
  deps: MaintenanceDeps,
  tx: Transaction,
  actor: Actor,
  before: Maintenance,
  changed: Maintenance,
  act: { readonly action: string; readonly detail: Readonly<Record<string, unknown>> },
): Promise<Maintenance> {
  const nowMs = deps.clock.now()
  const after = { ...changed, version: before.version + 1, updatedAtMs: nowMs }
  await save(tx, after)
  await addAudit(tx, nowMs, actor, [{ ...act, subject: after.id }])
  if (isUnderWay(before.status) !== isUnderWay(after.status)) await begunOrEnded(deps, tx, actor, after)
  if (after.visibility === 'public') await raiseToldVersion(tx)
  return after
}

async function begunOrEnded(deps: MaintenanceDeps, tx: Transaction, actor: Actor, after: Maintenance): Promise<void> {
  const nowMs = deps.clock.now()
  await overlayMaintenance(deps, tx, after, nowMs)
  const origin = { nowMs, actor: actorLabel(actor.principal) }
  const definition = isUnderWay(after.status) ? maintenanceEvents.started : maintenanceEvents.ended
  await deps.outbox.add(tx, [makeEvent(definition, after, eventData(after), origin)])
}

function eventData(maintenance: Maintenance) {
  const { id, status, visibility, title, components } = maintenance
  if (visibility !== 'public') return { id, status, visibility }
  return {
    id,
    status,
    visibility,
    title,
    components: components.filter(({ isPublic }) => isPublic).map((component) => component.id),
    scheduledFor: new Date(maintenance.scheduledForMs).toISOString(),
    scheduledUntil: new Date(maintenance.scheduledUntilMs).toISOString(),
  }
}
