import { alertSeverities, type Alert, type AlertSeverity, type Labels } from './alert.ts'

/** Alerts without an incident that are told of together. */
export interface GroupNow {
  /** The same for the same values of the labels by which alerts are grouped. */
  readonly key: string
  readonly labels: Labels
  readonly severity: AlertSeverity
  readonly count: number
  /** When the first of them was heard of here, whenever it began. */
  readonly heardAtMs: number
  readonly componentIds: readonly string[]
  /** One of the worst. */
  readonly summary: string
}

/** The groups of `alerts` by the labels of these names; `labelsOf` is by which labels an alert is known. */
export function groupsOf(
  alerts: readonly Alert[],
  groupBy: readonly string[],
  labelsOf: (alert: Alert) => Labels = ({ labels }) => labels,
): readonly GroupNow[] {
  const namedValues = (alert: Alert) => groupBy.map((name) => [name, valueOf(labelsOf(alert), name)] as const)
  const groups = Map.groupBy(alerts, (alert) => JSON.stringify(namedValues(alert)))
  return [...groups].map(([key, members]) => {
    const worst = members.toSorted(byBadness)[0]!
    return {
      key,
      labels: Object.fromEntries(namedValues(worst).filter(([, value]) => value !== '')),
      severity: worst.severity,
      count: members.length,
      heardAtMs: members.reduce((first, { heardAtMs }) => Math.min(first, heardAtMs), Infinity),
      componentIds: [...new Set(members.flatMap(({ component }) => component?.id ?? []))].toSorted(),
      summary: worst.summary,
    }
  })
}

/** Of its own labels alone: `constructor` is a name like any other. */
const valueOf = (labels: Labels, name: string): string => (Object.hasOwn(labels, name) ? labels[name]! : '')

const byBadness = (a: Alert, b: Alert): number =>
  alertSeverities.indexOf(a.severity) - alertSeverities.indexOf(b.severity) || a.num - b.num

/** True when `a` is graver than `b`. */
export const isWorse = (a: AlertSeverity, b: AlertSeverity): boolean =>
  alertSeverities.indexOf(a) < alertSeverities.indexOf(b)

/** Ids of the components that something which they depend on explains: alerts about them are not told of by themselves.
 *  What depends on itself, which the configuration refuses, is never explained, nor is what depends on that: rather told
 *  of twice than not at all. */
export function inhibitedIds(
  components: readonly { readonly id: string; readonly dependsOn: readonly string[] }[],
  isOut: (id: string) => boolean,
): ReadonlySet<string> {
  const dependsOn = new Map(components.map((component) => [component.id, new Set(component.dependsOn)]))
  const dependents = Map.groupBy(
    [...dependsOn].flatMap(([id, dependencies]) => [...dependencies].map((dependency) => ({ id, dependency }))),
    ({ dependency }) => dependency,
  )
  const awaited = new Map([...dependsOn].map(([id, all]) => [id, [...all].filter((one) => dependsOn.has(one)).length]))
  // Each after all that it depends on; step by step, for a chain may be long.
  const ready = [...awaited].filter(([, count]) => count === 0).map(([id]) => id)
  const inhibited = new Set<string>()
  for (const id of ready) {
    if ([...dependsOn.get(id)!].some((one) => isOut(one) || inhibited.has(one))) inhibited.add(id)
    for (const { id: dependent } of dependents.get(id) ?? []) {
      const left = awaited.get(dependent)! - 1
      awaited.set(dependent, left)
      if (left === 0) ready.push(dependent)
    }
  }
  return inhibited
}
