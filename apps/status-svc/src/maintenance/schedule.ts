import type { Actor } from '@akashic/shared/audit'
import { uuidv7 } from '@akashic/shared/ids'
import { requireRole } from '@akashic/shared/access'
import { addAudit } from '../audit/audit.ts'
import type { IncidentVisibility } from '../incident/incident.ts'
import { findComponents } from '../incident/join.ts'
import { requirePublisher } from '../incident/require-publisher.ts'
import { checkedBody, checkedTitle, refuse } from '../incident/text.ts'
import { raiseToldVersion } from '../told/told-version.ts'
import type { MaintenanceDeps } from './maintenance-deps.ts'
import type { Maintenance } from './maintenance.ts'
import { insert, readOne } from './store.ts'

export interface ScheduleMaintenance {
  readonly title: string
  readonly body: string
  readonly visibility: IncidentVisibility
  readonly componentIds: readonly string[]
  readonly scheduledForMs: number
  readonly scheduledUntilMs: number
  readonly pausesChecks: boolean
  readonly isAutomatic: boolean
}

/** Schedules a maintenance.
 *  @throws OpsError invalid_argument or permission_denied. */
export async function scheduleMaintenance(
  deps: MaintenanceDeps,
  actor: Actor,
  request: ScheduleMaintenance,
): Promise<Maintenance> {
  const { principal } = actor
  const { visibility, scheduledForMs, scheduledUntilMs, pausesChecks, isAutomatic, componentIds } = request
  if (visibility === 'restricted') requireRole(principal, 'responder')
  if (visibility === 'public') requirePublisher(principal)
  if (componentIds.length === 0) refuse('componentIds', 'must name what is maintained')
  const nowMs = deps.clock.now()
  requireWindow(scheduledForMs, scheduledUntilMs, nowMs)
  const title = checkedTitle('title', request.title)
  const body = checkedBody('body', request.body)
  return deps.db.transaction(async (tx) => {
    const found = await findComponents(deps, tx, principal, componentIds)
    const id = uuidv7(nowMs)
    const components = found.map(({ record: { num, id, spec } }) => ({
      num,
      id,
      isPublic: spec.visibility === 'public',
    }))
    await insert(tx, {
      ...{ num: 0, id, version: 1, title, body, status: 'scheduled', visibility, components },
      ...{ scheduledForMs, scheduledUntilMs, pausesChecks, isAutomatic, startedAtMs: null, completedAtMs: null },
      ...{ createdAtMs: nowMs, updatedAtMs: nowMs, updates: [] },
    })
    const detail = { title, visibility, pausesChecks, components: components.map((component) => component.id) }
    await addAudit(tx, nowMs, actor, [{ action: 'maintenance.schedule', subject: id, detail }])
    if (visibility === 'public') await raiseToldVersion(tx)
    return (await readOne(tx, id))!
  })
}

/** @throws OpsError invalid_argument for a window that is empty or over. */
export function requireWindow(fromMs: number, untilMs: number, nowMs: number): void {
  if (fromMs <= 0) refuse('scheduledFor', 'must be given')
  if (untilMs <= fromMs) refuse('scheduledUntil', 'must be after scheduledFor')
  if (untilMs <= nowMs) refuse('scheduledUntil', 'must not be in the past')
}
