import type { Change, Incident } from './incident.ts'

/** The incident with `rootId` marked as the root cause, and those that it explains no longer: what was a root by itself may
 *  turn out to have one. Components that it does not explain keep their marks. */
export function markRoot(incident: Incident, rootId: string, explainedIds: readonly string[]): Change {
  const components = incident.components.map((component) => {
    const isRoot = component.id === rootId || (component.isRoot && !explainedIds.includes(component.id))
    return isRoot === component.isRoot ? component : { ...component, isRoot }
  })
  if (components.every((component, i) => component === incident.components[i])) return { incident, happenings: [] }
  const explained = incident.components.filter(({ id, isRoot }) => isRoot && explainedIds.includes(id) && id !== rootId)
  return {
    incident: { ...incident, components },
    happenings: [{ kind: 'root_changed', body: { componentId: rootId, insteadOf: explained.map(({ id }) => id) } }],
  }
}
