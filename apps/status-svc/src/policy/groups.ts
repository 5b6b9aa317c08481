import type { IncidentPolicy } from '@akashic/config'
import type { Alert } from '../alert/alert.ts'
import { isImpaired, rootCause } from '../status/caused-by.ts'
import type { Fault } from './faults.ts'
import type { LookUp, Watched } from './watched.ts'

/** Faults that one root cause explains. */
export interface FaultGroup {
  readonly root: Watched
  /** The root first, then by number. */
  readonly faults: readonly Fault[]
  /** The first of the policies that ask for one of them; null when none does. */
  readonly policy: IncidentPolicy | null
  readonly alerts: readonly Alert[]
}

/** The faults by their root causes, in order of the roots' numbers. An alert counts as impairment where no check sees any. */
export function groupsOf(
  faults: readonly Fault[],
  lookUp: LookUp,
  policies: readonly IncidentPolicy[],
): readonly FaultGroup[] {
  const byId = new Map(faults.map((fault) => [fault.component.id, fault]))
  const node = (id: string) => {
    const component = lookUp(id)
    const isAlerted = component && !isImpaired(component.status) && byId.has(id)
    return isAlerted ? { ...component, status: 'degraded' as const } : component
  }
  const groups = Map.groupBy(faults, ({ component }) => rootOf(component.id, node))
  return [...groups]
    .map(([rootId, members]) => {
      const root = byId.get(rootId) ?? unasked(lookUp(rootId)!)
      return groupOf(root, members, policies)
    })
    .toSorted((a, b) => a.root.num - b.root.num)
}

/** The root cause that has none itself. */
function rootOf(id: string, node: Parameters<typeof rootCause>[1]): string {
  const seen = new Set([id])
  let root = id
  for (let next = rootCause(root, node); next !== null && !seen.has(next); next = rootCause(root, node)) {
    seen.add(next)
    root = next
  }
  return root
}

const unasked = (component: Watched): Fault => ({ component, policy: null, isByStatus: false, alerts: [] })

function groupOf(root: Fault, members: readonly Fault[], policies: readonly IncidentPolicy[]): FaultGroup {
  const others = members.filter((fault) => fault !== root).toSorted((a, b) => a.component.num - b.component.num)
  const faults = [root, ...others]
  return {
    root: root.component,
    faults,
    policy: policies.find((policy) => faults.some((fault) => fault.policy === policy)) ?? null,
    alerts: faults.flatMap((fault) => fault.alerts),
  }
}
