import { makeEvent, statusEvents } from '@akashic/events'
import type { Clock } from '@akashic/shared/clock'
import type { Outbox } from '@akashic/shared/events'
import type { Transaction } from '@akashic/shared/postgres'
import type { ComponentDirectory } from '../component/component.ts'
import type { ComponentState, IntervalStart } from './advance.ts'
import { lastingOf } from './write-starts.ts'

export interface TellDeps {
  readonly clock: Clock
  readonly outbox: Outbox
}

/** A component as its events know it. */
export interface ToldComponent {
  readonly num: number
  readonly id: string
  readonly visibility: 'public' | 'internal'
  readonly critical: boolean
}

/** A status, and since when. */
export type Turn = Pick<IntervalStart, 'status' | 'fromMs' | 'failure'>

type Before = ReadonlyMap<number, Pick<ComponentState, 'status'>>
type Turns = ReadonlyMap<number, readonly Turn[]>

const actor = 'service:status'

/** Tells others of each change of status in `turns`, by number and in their order, from what the components were
 *  `before`. The caller holds their row locks. */
export async function tellTurns(
  deps: TellDeps & { readonly components: ComponentDirectory },
  tx: Transaction,
  before: Before,
  turns: Turns,
): Promise<void> {
  if (turns.size === 0) return
  const turned = deps.components.shown().filter((record) => turns.has(record.num))
  const told = turned.map(({ num, id, spec: { visibility, critical } }) => ({ num, id, visibility, critical }))
  await tellTurnsOf(deps, tx, told, before, turns)
}

/** As tellTurns, for components that the directory may not know. */
export async function tellTurnsOf(
  { clock, outbox }: TellDeps,
  tx: Transaction,
  components: readonly ToldComponent[],
  before: Before,
  turns: Turns,
): Promise<void> {
  const origin = { nowMs: clock.now(), actor }
  const events = components.flatMap(({ num, ...component }) => {
    const changes = changesOf(before.get(num)!.status, turns.get(num) ?? [])
    return changes.map(({ oldStatus, turn: { status, fromMs, failure } }) => {
      const error = failure ? { error: failure.sentence } : {}
      const data = { ...component, oldStatus, status, since: new Date(fromMs).toISOString(), ...error }
      return makeEvent(statusEvents.component_changed, component, data, origin)
    })
  })
  await outbox.add(tx, events)
}

/** The turns that change the status. */
function changesOf(from: ComponentState['status'], turns: readonly Turn[]) {
  let oldStatus = from
  return lastingOf(turns).flatMap((turn) => {
    if (turn.status === oldStatus) return []
    const change = { oldStatus, turn }
    oldStatus = turn.status
    return [change]
  })
}
