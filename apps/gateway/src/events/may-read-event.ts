import { alertEvents, statusEvents } from '@akashic/events'
import { roleIncludes, type Principal } from '@akashic/shared/identity'
import type { Event } from '@akashic/shared/events'
import { z } from 'zod'

const visibility = z.enum(['public', 'internal', 'restricted']).optional()

const whose = z.looseObject({
  visibility,
  incidentVisibility: visibility,
  componentId: z.string().optional(),
  components: z.array(z.union([z.string(), z.looseObject({ id: z.string() })])).optional(),
})

type Whose = z.infer<typeof whose>

const alertTypes = Object.values(alertEvents).map(({ type }) => type)
const componentTypes = Object.values(statusEvents).map(({ type }) => type)

/** True when the principal may be told of the event: of what is restricted responders alone, and a key with a scope of its own
 *  components alone. What does not say who may read of it is restricted; what does not say whose it is, is nobody's with a scope;
 *  what says something unheard of is told to nobody. */
export function mayReadEvent(principal: Principal, event: Event): boolean {
  const said = whose.safeParse(event.data).data
  if (said === undefined) return false
  if (isRestricted(event, said) && !roleIncludes(principal.role, 'responder')) return false
  const { scope } = principal
  return scope === undefined || componentsOf(event, said).some((id) => scope.includes(id))
}

/** An alert has the visibility of its incident. */
function isRestricted({ type, incidentId }: Event, said: Whose): boolean {
  const isFree = alertTypes.includes(type) && incidentId === undefined
  const visibilities = [said.visibility, said.incidentVisibility].filter((one) => one !== undefined)
  return visibilities.includes('restricted') || (visibilities.length === 0 && !isFree)
}

function componentsOf({ type, subject }: Event, { componentId, components = [] }: Whose): readonly string[] {
  const about = components.map((component) => (typeof component === 'string' ? component : component.id))
  if (componentId !== undefined) about.push(componentId)
  if (componentTypes.includes(type)) about.push(subject)
  return about
}
