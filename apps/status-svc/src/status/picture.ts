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
  readonly createdAtMs: number
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

/** What happened since a picture was taken. */
export interface Changes {
  /** Numbers of the components whose states changed; null when the components themselves did. */
  readonly touched: ReadonlySet<number> | null
  /** False while they were only measured anew: how fast they answered, and when. */
  readonly hasTurned: boolean
}

/** The picture that `records` and `states` make at `nowMs`, `changes` after `before`; `before` itself when it still shows
 *  everything as it is. Looks at what changed, and where a state turned, at what may be explained by it. */
export function takePicture(
  records: readonly ComponentRecord[],
  states: ReadonlyMap<number, ComponentState>,
  nowMs: number,
  before: Picture,
  { touched, hasTurned }: Changes,
): Picture {
  const causeOf = causes(records, states)
  const components = new Map(touched === null ? [] : before.components)
  let isChanged = touched === null && records.length !== before.components.size
  for (const record of records) {
    const isConcerned = touched === null || touched.has(record.num) || (hasTurned && record.spec.dependsOn.length > 0)
    if (!isConcerned) continue
    const state = states.get(record.num) ?? unmeasured(record.createdAtMs)
    const shown = show(record, state, causeOf(record, state))
    const earlier = before.components.get(record.id)
    const isAsBefore = earlier !== undefined && isSame(earlier, shown)
    components.set(record.id, isAsBefore ? earlier : shown)
    isChanged ||= !isAsBefore
  }
  if (!isChanged) return before
  const whole = hasTurned || touched === null ? wholeOf(components.values(), before, nowMs) : before
  return { ...whole, components, generatedAtMs: nowMs }
}

/** The picture of nothing. */
export function emptyPicture(nowMs: number): Picture {
  const overall = overallStatus([])
  return {
    components: new Map(),
    overall,
    overallSinceMs: nowMs,
    overallInternal: overall,
    isBlind: false,
    generatedAtMs: nowMs,
  }
}

function wholeOf(components: Iterable<ShownComponent>, before: Picture, nowMs: number) {
  const all = [...components]
  const open = all.filter((component) => component.visibility === 'public')
  const overall = overallStatus(open)
  return {
    overall,
    overallSinceMs: before.overall === overall ? before.overallSinceMs : newestSince(open, nowMs),
    overallInternal: overallStatus(all),
    isBlind: all.some((component) => component.errorCode === 'blind'),
  }
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

/** The change that turned the overall status is the newest among the components. */
function newestSince(components: readonly ShownComponent[], nowMs: number): number {
  return components.reduce((newest, { sinceMs }) => Math.max(newest, sinceMs), components[0]?.sinceMs ?? nowMs)
}

function show(record: ComponentRecord, state: ComponentState, causedBy: string | null): ShownComponent {
  const { name, group, description, critical, visibility } = record.spec
  // What fails while it is maintained is for operators alone.
  const open = state.isMaintained ? null : state.failure
  return {
    id: record.id,
    num: record.num,
    name,
    group,
    description,
    critical,
    visibility,
    position: record.position,
    createdAtMs: record.createdAtMs,
    status: state.status,
    sinceMs: state.sinceMs,
    responseTimeMs: state.responseTimeMs,
    lastCheckedMs: state.lastCheckedMs,
    errorCode: open?.code ?? null,
    error: open?.sentence ?? null,
    errorDetail: state.failure?.detail ?? null,
    causedBy,
    flappingSinceMs: state.flappingSinceMs,
  }
}

function isSame(a: ShownComponent, b: ShownComponent): boolean {
  return (Object.keys(a) as (keyof ShownComponent)[]).every((key) => a[key] === b[key])
}
