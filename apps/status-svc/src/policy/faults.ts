import type { IncidentPolicy } from '@akashic/config'
import type { Alert } from '../alert/alert.ts'
import { isImpaired } from '../status/caused-by.ts'
import type { LookUp, Watched } from './watched.ts'

/** Everything of which incidents are made, at one moment. */
export interface Sight {
  readonly policies: readonly IncidentPolicy[]
  readonly lookUp: LookUp
  /** Ids of the components that are impaired. */
  readonly redIds: readonly string[]
  /** Alerts that fire about components and belong to no incident. */
  readonly alerts: readonly Alert[]
}

/** Something that is wrong with a component: its checks say so, or alerts do. */
export interface Fault {
  readonly component: Watched
  /** The first policy that opens an incident of it; null when none does. */
  readonly policy: IncidentPolicy | null
  /** True when a policy asks for it because of its status, and not because of alerts alone. */
  readonly isByStatus: boolean
  /** The alerts that policies ask for. */
  readonly alerts: readonly Alert[]
}

/** Whether a component has had one of the statuses of a policy for as long as that asks. */
export type IsHeld = (policy: IncidentPolicy, component: Watched) => boolean

/** True when the policy is about the component, whatever its status. */
export function isAbout({ components, groups, critical }: IncidentPolicy, component: Watched): boolean {
  const isNamed = components?.includes(component.id) === true || groups?.includes(component.group) === true
  const isOfAll = components === undefined && groups === undefined
  return (isNamed || isOfAll) && (critical === undefined || critical === component.critical)
}

/** True when the policy opens an incident of a component in this status, once it has had it for long enough. */
export function asksFor(policy: IncidentPolicy, component: Watched): boolean {
  return policy.when.some((status) => status === component.status) && isAbout(policy, component)
}

/** What is wrong now. What is under maintenance is no fault, and neither is what nobody measured. */
export function faultsOf({ policies, lookUp, redIds, alerts }: Sight, isHeld: IsHeld): readonly Fault[] {
  const alertsById = Map.groupBy(alerts, (alert) => alert.component?.id ?? '')
  const ids = new Set([...redIds, ...alertsById.keys()])
  return [...ids].flatMap((id) => {
    const component = lookUp(id)
    if (!component || component.status === 'maintenance') return []
    const fault = faultOf(component, policies, alertsById.get(id) ?? [], isHeld)
    return isImpaired(component.status) || fault.alerts.length > 0 ? [fault] : []
  })
}

function faultOf(
  component: Watched,
  policies: readonly IncidentPolicy[],
  alerts: readonly Alert[],
  isHeld: IsHeld,
): Fault {
  const isByStatus = (policy: IncidentPolicy) => asksFor(policy, component) && isHeld(policy, component)
  const isByAlert = (policy: IncidentPolicy, { severity }: Alert) =>
    policy.alerts.includes(severity) && isAbout(policy, component)
  const asked = alerts.filter((alert) => policies.some((policy) => isByAlert(policy, alert)))
  return {
    component,
    policy: policies.find((policy) => isByStatus(policy) || asked.some((alert) => isByAlert(policy, alert))) ?? null,
    isByStatus: policies.some(isByStatus),
    alerts: asked,
  }
}
