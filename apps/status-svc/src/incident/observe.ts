import type { ComponentStatus } from '../status/component-status.ts'
import { isImpaired, worse } from './impact.ts'
import type { Happening, Incident, IncidentComponent } from './incident.ts'

/** What a component is, and since when. */
export interface ObservedStatus {
  readonly status: ComponentStatus
  readonly sinceMs: number
}

/** The incident after its components were seen as `observed`, by number: the worst each was, and when it recovered. One
 *  that nobody measured since has not recovered. */
export function observe<Observed extends Pick<Incident, 'components'>>(
  incident: Observed,
  observed: ReadonlyMap<number, ObservedStatus>,
): { readonly incident: Observed; readonly happenings: readonly Happening[] } {
  const happenings: Happening[] = []
  const components = incident.components.map((component) => {
    const seen = observed.get(component.num)
    if (!seen) return component
    const next = observeOne(component, seen)
    if (next.recoveredAtMs !== component.recoveredAtMs || next.worstStatus !== component.worstStatus) {
      const kind = next.recoveredAtMs !== null ? 'recovered' : 'component_changed'
      happenings.push({ kind, body: { componentId: component.id, status: seen.status, sinceMs: seen.sinceMs } })
      return next
    }
    return component
  })
  return happenings.length === 0 ? { incident, happenings } : { incident: { ...incident, components }, happenings }
}

function observeOne(component: IncidentComponent, { status, sinceMs }: ObservedStatus): IncidentComponent {
  const worstStatus = worse(component.worstStatus, status)
  if (isImpaired(status)) return { ...component, worstStatus, recoveredAtMs: null }
  if (status !== 'operational' || !isImpaired(component.worstStatus)) return { ...component, worstStatus }
  return { ...component, recoveredAtMs: component.recoveredAtMs ?? Math.max(component.joinedAtMs, sinceMs) }
}
