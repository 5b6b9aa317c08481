import { OpsError } from '@akashic/shared/errors'
import type { Queryable } from '@akashic/shared/postgres'
import { evaluateHeartbeatCheck } from '../heartbeat/evaluate.ts'
import { evaluateReportedCheck } from '../report/evaluate.ts'
import type { MeasuredResult, WatchedCheck } from './watched-check.ts'

/** Evaluates a check that is told rather than made. Null while the database cannot be read: then nobody can be told anything,
 *  and it says nothing of the target. */
export async function evaluateTold(db: Queryable, check: WatchedCheck, nowMs: number): Promise<MeasuredResult | null> {
  try {
    const { result, nextChangeMs } = await evaluate(db, check, nowMs)
    return { ...result, nextChangeMs }
  } catch (error) {
    if (error instanceof OpsError) return null
    throw error
  }
}

function evaluate(db: Queryable, { num, definition, seeingSinceMs }: WatchedCheck, nowMs: number) {
  const { spec, createdAtMs } = definition
  return spec.kind === 'heartbeat'
    ? evaluateHeartbeatCheck(db, { num, spec, createdAtMs, seeingSinceMs }, nowMs)
    : evaluateReportedCheck(db, num, nowMs)
}
