import { isImpaired } from '../incident/impact.ts'
import type { IncidentComponent, IncidentSummary } from '../incident/incident.ts'
import type { FaultGroup } from './groups.ts'
import { isByPolicy } from './policy-deps.ts'
import type { Watched } from './watched.ts'

/** What is to be done about a group of faults. */
export type Step =
  | { readonly kind: 'open'; readonly group: FaultGroup }
  | { readonly kind: 'reopen'; readonly group: FaultGroup; readonly incident: IncidentSummary }
  | { readonly kind: 'merge'; readonly older: IncidentSummary; readonly younger: IncidentSummary }
  | {
      readonly kind: 'gather'
      readonly group: FaultGroup
      readonly incident: IncidentSummary
      readonly joinerIds: readonly string[]
      /** Whether the root of the group is to be marked as the root of the incident. */
      readonly isRootKnown: boolean
    }

/** What is known of incidents besides those that are open. */
export interface Past {
  /** Of each component, by number, the incident that was resolved last. */
  readonly lastResolved: ReadonlyMap<number, IncidentSummary>
  /** Numbers of components whose fault has lasted since before their last incident was resolved. */
  readonly oldNews: ReadonlySet<number>
  /** True when somebody took the component out of the incident since its fault began. */
  readonly isTakenOut: (incident: IncidentSummary, component: Watched) => boolean
}

/** An incident of the same root that was resolved less than this ago is reopened instead of opening another. */
export const reopenWithinMs = 10 * 60_000

/** What is to be done so that each group has one incident. Nothing, when that is so. Restricted incidents are left to people:
 *  a fault that all can see is no secret, and does not vanish in one. */
export function planFor(
  groups: readonly FaultGroup[],
  open: readonly IncidentSummary[],
  past: Past,
  nowMs: number,
): readonly Step[] {
  const shared = open.filter(({ visibility }) => visibility !== 'restricted')
  return groups.flatMap((group) => {
    const holders = holdersOf(group, shared)
    return holders.length > 0 ? gathering(group, holders, shared, past) : beginning(group, past, nowMs)
  })
}

/** The open incidents that have one of the group's components, oldest first. */
export function holdersOf(group: FaultGroup, open: readonly IncidentSummary[]): readonly IncidentSummary[] {
  const nums = new Set(group.faults.map(({ component }) => component.num))
  return open.filter(({ components }) => components.some(({ num }) => nums.has(num)))
}

/** The faults of the group whose components are in none of the incidents. */
export function outsiders(group: FaultGroup, open: readonly IncidentSummary[]): readonly Watched[] {
  const held = new Set(open.flatMap(({ components }) => components.map(({ num }) => num)))
  return group.faults.map(({ component }) => component).filter(({ num }) => !held.has(num))
}

function gathering(
  group: FaultGroup,
  holders: readonly IncidentSummary[],
  open: readonly IncidentSummary[],
  past: Past,
): readonly Step[] {
  const { root, alerts } = group
  const merges = mergesOf(group, holders)
  const gone = new Set(merges.map(({ younger }) => younger))
  const withRoot = holders.find(({ components }) => components.some(({ num }) => num === root.num))
  const chosen = withRoot ?? holders[0]!
  const incident = gone.has(chosen) ? merges[0]!.older : chosen
  const joinerIds = outsiders(group, open)
    .filter((component) => !past.isTakenOut(incident, component))
    .map(({ id }) => id)
  const components = [incident, ...gone].flatMap((one) => one.components)
  const isRootKnown = explainsOthers(group, components, joinerIds)
  const isNews = joinerIds.length > 0 || alerts.length > 0 || merges.length > 0
  if (!isNews && !(isRootKnown && isRootMisplaced(group, components))) return []
  return [...merges, { kind: 'gather', group, incident, joinerIds, isRootKnown }]
}

/** True when the root is in the incident, or joins it, and is the reason for something else there. */
function explainsOthers(
  { root, faults }: FaultGroup,
  components: readonly IncidentComponent[],
  joinerIds: readonly string[],
): boolean {
  const ids = new Set([...components.map(({ id }) => id), ...joinerIds])
  return ids.has(root.id) && faults.some(({ component }) => component.id !== root.id && ids.has(component.id))
}

function isRootMisplaced({ root, faults }: FaultGroup, components: readonly IncidentComponent[]): boolean {
  const explained = new Set(faults.map(({ component }) => component.id).filter((id) => id !== root.id))
  return components.some(({ id, isRoot }) => (id === root.id ? !isRoot : isRoot && explained.has(id)))
}

/** The incidents that policies opened and that turn out to have one root are one: the oldest. Of which the public has read,
 *  or which is restricted, stays for people to deal with. */
function mergesOf(group: FaultGroup, holders: readonly IncidentSummary[]) {
  const [older, ...younger] = holders.filter((one) => isByPolicy(one) && one.visibility !== 'restricted')
  const nums = new Set(group.faults.map(({ component }) => component.num))
  const isOfGroup = ({ components }: IncidentSummary) =>
    components.filter(isUnrecovered).every(({ num }) => nums.has(num))
  if (!older || !isOfGroup(older)) return []
  return younger
    .filter((one) => one.firstPublishedAtMs === null && isOfGroup(one))
    .map((one) => ({ kind: 'merge' as const, older, younger: one }))
}

const isUnrecovered = ({ worstStatus, recoveredAtMs }: IncidentComponent): boolean =>
  isImpaired(worstStatus) && recoveredAtMs === null

/** Reopens what ended a moment ago, or opens another. What is restricted is reopened by people alone: a fault that all can
 *  see is no secret. */
function beginning(group: FaultGroup, { lastResolved, oldNews }: Past, nowMs: number): readonly Step[] {
  if (group.policy === null) return []
  const isNews = group.faults.some(({ component, isByStatus }) => isByStatus && !oldNews.has(component.num))
  if (!isNews && group.alerts.length === 0) return []
  const last = lastResolved.get(group.root.num)
  const isRecent = last !== undefined && nowMs - (last.resolvedAtMs ?? -Infinity) < reopenWithinMs
  return isRecent && last.visibility !== 'restricted' && isOfRoot(last, group.root)
    ? [{ kind: 'reopen', group, incident: last }]
    : [{ kind: 'open', group }]
}

/** True when the component was the root cause of the incident, as far as one was known. */
function isOfRoot({ components }: IncidentSummary, { num }: Watched): boolean {
  const roots = components.filter((component) => component.isRoot)
  return (roots.length > 0 ? roots : components).some((component) => component.num === num)
}
