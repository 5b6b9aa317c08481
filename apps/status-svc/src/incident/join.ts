import { OpsError } from '@akashic/shared/errors'
import type { Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import { requireScope } from '@akashic/shared/access'
import type { ComponentDirectory, ComponentRecord } from '../component/component.ts'
import { readStates } from '../status/ledger.ts'
import type { Change, Incident, IncidentComponent } from './incident.ts'
import type { ObservedStatus } from './observe.ts'

/** A component with what it is now. */
export interface ObservedComponent extends ObservedStatus {
  readonly record: ComponentRecord
}

/** The components of these ids, and what they are now.
 *  @throws OpsError invalid_argument for an id that is no component, permission_denied outside the principal's scope. */
export async function findComponents(
  { components }: { readonly components: ComponentDirectory },
  db: Queryable,
  principal: Principal,
  ids: readonly string[],
  field = 'componentIds',
): Promise<readonly ObservedComponent[]> {
  if (ids.length === 0) return []
  const records = [...new Set(ids)].map((id, i) => {
    requireScope(principal, id)
    const found = components.get(id)
    if (found) return found
    throw new OpsError('invalid_argument', `There is no component ${id}.`, {
      fields: [{ pointer: `/${field}/${i}`, detail: 'is no component' }],
    })
  })
  const states = await readStates(
    db,
    records.map((record) => record.num),
  )
  return records.map((record) => {
    const { status, sinceMs } = states.get(record.num) ?? { status: 'unknown', sinceMs: record.createdAtMs }
    return { record, status, sinceMs }
  })
}

/** A component as it joins an incident at `nowMs`; `rootId` is the one whose failure explains the others. */
export function joining(
  { record, status }: ObservedComponent,
  rootId: string | null,
  nowMs: number,
): IncidentComponent {
  const { num, id, spec } = record
  return {
    num,
    id,
    name: spec.name,
    critical: spec.critical,
    visibility: spec.visibility,
    worstStatus: status,
    joinedAtMs: nowMs,
    recoveredAtMs: null,
    isRoot: id === rootId,
  }
}

/** The incident with more components; those that it has already stay as they are. */
export function join(incident: Incident, joiners: readonly IncidentComponent[]): Change {
  const had = new Set(incident.components.map((component) => component.num))
  const fresh = joiners.filter((component) => !had.has(component.num))
  if (fresh.length === 0) return { incident, happenings: [] }
  return {
    incident: { ...incident, components: [...incident.components, ...fresh] },
    happenings: fresh.map(({ id, worstStatus }) => ({
      kind: 'joined',
      body: { componentId: id, status: worstStatus },
    })),
  }
}

/** The incident without components that turned out to have no part in it. */
export function leave(incident: Incident, ids: readonly string[]): Change {
  const leaving = incident.components.filter((component) => ids.includes(component.id))
  if (leaving.length === 0) return { incident, happenings: [] }
  return {
    incident: { ...incident, components: incident.components.filter((component) => !leaving.includes(component)) },
    happenings: leaving.map(({ id }) => ({ kind: 'left', body: { componentId: id } })),
  }
}
