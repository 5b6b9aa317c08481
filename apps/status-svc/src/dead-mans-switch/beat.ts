import { makeEvent, statusEvents } from '@akashic/events'
import type { Clock } from '@akashic/shared/clock'
import type { Outbox } from '@akashic/shared/events'
import type { Database } from '@akashic/shared/postgres'
import type { ComponentDirectory } from '../component/component.ts'
import * as store from './store.ts'

/** A pulse goes through everything that an alert goes through, and must be there before the next one. */
export const pulseEveryMs = 60_000

/** A result is written with others, a little later than it was measured. */
const lateMs = 20_000

export interface BeatDeps {
  readonly db: Database
  readonly clock: Clock
  readonly outbox: Outbox
  readonly components: ComponentDirectory
  /** True when there is somebody outside who waits for the signal. */
  readonly isConfigured: () => boolean
  /** When all rules were last evaluated in time; null before. */
  readonly rulesPassedAtMs: () => number | null
}

/** Sends a pulse on its way each minute, from one replica: by the outbox and the relay to a consumer, from there by the work
 *  queue to whom it is for. It begins only while checks have results and rules are evaluated. */
export async function beat(deps: BeatDeps, nowMs: number): Promise<void> {
  if (!deps.isConfigured()) return
  const passedMs = deps.rulesPassedAtMs()
  if (passedMs === null || nowMs - passedMs > pulseEveryMs) return
  if (!(await areChecksSeen(deps, nowMs))) return
  await deps.db.transaction(async (tx) => {
    const round = await store.beginRound(tx, nowMs, nowMs - pulseEveryMs)
    if (round === undefined) return
    const data = { round, begunAt: new Date(nowMs).toISOString() }
    const origin = { nowMs, actor: 'service:status' }
    await deps.outbox.add(tx, [makeEvent(statusEvents.pulse, { id: 'pulse' }, data, origin)])
  })
}

/** True when the check that runs most often had a result in time, or when nothing is checked at all. */
async function areChecksSeen({ db, components }: BeatDeps, nowMs: number): Promise<boolean> {
  const intervals = components
    .current()
    .flatMap(({ spec }) => spec.checks)
    .flatMap((check) =>
      check.kind === 'heartbeat' || check.kind === 'reported' ? [] : [check.interval + check.timeout],
    )
  if (intervals.length === 0) return true
  const sinceMs = nowMs - Math.min(...intervals) - lateMs
  return (await store.readLastResult(db, sinceMs)) !== null
}
