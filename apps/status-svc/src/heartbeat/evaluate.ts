import { evaluateHeartbeat, type CheckResult } from '@akashic/checks'
import type { CheckSpecOf } from '@akashic/config'
import type { Queryable } from '@akashic/shared/postgres'
import { readHeartbeat } from './store.ts'

export interface EvaluatedHeartbeat {
  readonly result: CheckResult
  /** When the result changes if no call comes, in epoch milliseconds. */
  readonly nextChangeMs: number
}

/** Judges a job by its last call. Calls cannot come in while nobody receives them: a silence that began before `seeingSinceMs`
 *  counts from then on. */
export async function evaluateHeartbeatCheck(
  db: Queryable,
  check: { num: number; spec: CheckSpecOf<'heartbeat'>; createdAtMs: number; seeingSinceMs: number },
  nowMs: number,
): Promise<EvaluatedHeartbeat> {
  const { interval, grace } = check.spec
  const lastAtMs = await readHeartbeat(db, check.num)
  const heard = evaluateHeartbeat(check.spec, lastAtMs, check.createdAtMs, nowMs)
  const isUnheard = heard.outcome !== 'operational' && check.seeingSinceMs > (lastAtMs ?? check.createdAtMs)
  const result = isUnheard ? evaluateHeartbeat(check.spec, null, check.seeingSinceMs, nowMs) : heard
  const silentSinceMs = isUnheard ? check.seeingSinceMs : (lastAtMs ?? check.createdAtMs)
  const lateMs = silentSinceMs + interval + grace + 1
  return { result, nextChangeMs: nowMs < lateMs ? lateMs : Math.max(nowMs + interval, lateMs + interval) }
}
