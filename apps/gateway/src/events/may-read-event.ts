import { roleIncludes, type Principal } from '@akashic/shared/identity'
import type { Event } from '@akashic/shared/events'
import { z } from 'zod'

const whose = z.looseObject({
  visibility: z.string().optional(),
  incidentVisibility: z.string().optional(),
  componentId: z.string().optional(),
  components: z.array(z.union([z.string(), z.looseObject({ id: z.string() })])).optional(),
})

/** True when the principal may be told of the event: of restricted incidents responders alone, and a key with a scope of its
 *  own components alone. What does not say whose it is, is nobody's with a scope. */
export function mayReadEvent(principal: Principal, { type, subject, data }: Event): boolean {
  const said = whose.safeParse(data)
  if (!said.success) return false
  const { visibility, incidentVisibility, componentId, components = [] } = said.data
  const isRestricted = visibility === 'restricted' || incidentVisibility === 'restricted'
  if (isRestricted && !roleIncludes(principal.role, 'responder')) return false
  const { scope } = principal
  if (scope === undefined) return true
  const about = components.map((component) => (typeof component === 'string' ? component : component.id))
  if (componentId !== undefined) about.push(componentId)
  if (type === 'akashic.status.component_changed.v1') about.push(subject)
  return about.some((id) => scope.includes(id))
}
