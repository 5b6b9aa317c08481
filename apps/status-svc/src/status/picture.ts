import type { ComponentRecord } from '../component/component.ts'
import { unmeasured, type ComponentState } from './advance.ts'
import { isImpaired, rootCause } from './caused-by.ts'
import type { ComponentStatus } from './component-status.ts'
import { overallStatus, type OverallStatus } from './overall-status.ts'

/** One component as the board shows it. */
export interface ShownComponent {
  readonly id: string
  readonly num: number
  readonly name: string
  readonly group: string
  readonly description: string
  readonly critical: boolean
  readonly visibility: 'public' | 'internal'
  readonly position: number
  readonly status: ComponentStatus
  readonly sinceMs: number
  readonly responseTimeMs: number | null
  readonly lastCheckedMs: number | null
  /** Stable, for machines. */
  readonly errorCode: string | null
  readonly error: string | null
  readonly errorDetail: string | null
  readonly causedBy: string | null
  readonly flappingSinceMs: number | null
}

/** Everything at one moment. A component that did not change is the same object as in the picture before. */
export interface Picture {
  readonly components: ReadonlyMap<string, ShownComponent>
  /** Over the public components. */
  readonly overall: OverallStatus
  readonly overallSinceMs: number
  /** Over all components. */
  readonly overallInternal: OverallStatus
  /** True while a checker says that it cannot see. */
  readonly isBlind: boolean
  /** When the content last changed. */
  readonly generatedAtMs: number
}

/** The picture that `records` and `states` make at `nowMs`, after `before`. Where only the states of `touched` numbers
 *  changed since, no others are looked at, but those that may be explained by them; null: anything may have changed. */
export function takePicture(
  records: readonly ComponentRecord[],
  states: ReadonlyMap<number, ComponentState>,
  nowMs: number,
  before: Picture | undefined,
  touched: ReadonlySet<number> | null,
): Picture {
  const causeOf = causes(records, states)
  const components = new Map(touched === null ? [] : before?.components)
  for (const record of records) {
    if (touched !== null && !touched.has(record.num) && record.spec.dependsOn.length === 0) continue
    const state = states.get(record.num) ?? unmeasured(record.createdAtMs)
    const shown = show(record, state, causeOf(record, state))
    const earlier = before?.components.get(record.id)
    components.set(record.id, earlier && isSame(earlier, shown) ? earlier : shown)
  }
  const open = [...components.values()].filter((component) => component.visibility === 'public')
  const overall = overallStatus(open)
  return {
    components,
    overall,
    overallSinceMs: before?.overall === overall ? before.overallSinceMs : newestSince(open, nowMs),
    overallInternal: overallStatus(components.values()),
    isBlind: isAnyBlind(components.values()),
    generatedAtMs: nowMs,
  }
}

function isAnyBlind(components: Iterable<ShownComponent>): boolean {
  for (const component of components) if (component.errorCode === 'blind') return true
  return false
}

/** How to find the root cause of a component's state among all of them. */
function causes(
  records: readonly ComponentRecord[],
  states: ReadonlyMap<number, ComponentState>,
): (record: ComponentRecord, state: ComponentState) => string | null {
  let byId: ReadonlyMap<string, ComponentRecord> | undefined
  const node = (id: string) => {
    byId ??= new Map(records.map((record) => [record.id, record]))
    const record = byId.get(id)
    const state = record && states.get(record.num)
    return state && { id, dependsOn: record.spec.dependsOn, status: state.status, sinceMs: state.sinceMs }
  }
  return ({ id, spec }, { status }) => (spec.dependsOn.length > 0 && isImpaired(status) ? rootCause(id, node) : null)
}

/** True when `a` and `b` show the same, whenever they were taken. */
export function samePicture(a: Picture, b: Picture): boolean {
  if (a.components.size !== b.components.size || a.isBlind !== b.isBlind) return false
  if (a.overall !== b.overall || a.overallSinceMs !== b.overallSinceMs || a.overallInternal !== b.overallInternal)
    return false
  for (const [id, component] of a.components) if (b.components.get(id) !== component) return false
  return true
}

/** The change that turned the overall status is the newest among the components. */
function newestSince(components: readonly ShownComponent[], nowMs: number): number {
  return components.length === 0 ? nowMs : Math.max(...components.map((component) => component.sinceMs))
}

function show(record: ComponentRecord, state: ComponentState, causedBy: string | null): ShownComponent {
  const { name, group, description, critical, visibility } = record.spec
  return {
    id: record.id,
    num: record.num,
    name,
    group,
    description,
    critical,
    visibility,
    position: record.position,
    status: state.status,
    sinceMs: state.sinceMs,
    responseTimeMs: state.responseTimeMs,
    lastCheckedMs: state.lastCheckedMs,
    errorCode: state.failure?.code ?? null,
    error: state.failure?.sentence ?? null,
    errorDetail: state.failure?.detail ?? null,
    causedBy,
    flappingSinceMs: state.flappingSinceMs,
  }
}

function isSame(a: ShownComponent, b: ShownComponent): boolean {
  return (Object.keys(a) as (keyof ShownComponent)[]).every((key) => a[key] === b[key])
}
