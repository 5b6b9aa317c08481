import type { CheckSpecOf } from '@akashic/config'
import type { CheckResult, Judgement } from './check.ts'
import { failed, spellDuration } from './failure.ts'

/** Judges a job by its last sign of life: late (degraded) once nothing came for interval + grace, missed (outage) once
 *  nothing came for twice the interval + grace. A job that never called is waited for as long, counted from `createdAtMs`.
 *  @param lastAtMs when it last called; null when it never did. */
export function evaluateHeartbeat(
  spec: Pick<CheckSpecOf<'heartbeat'>, 'interval' | 'grace'>,
  lastAtMs: number | null,
  createdAtMs: number,
  nowMs: number,
): CheckResult {
  return {
    ...judge(spec, lastAtMs, nowMs - (lastAtMs ?? createdAtMs)),
    latencyMs: null,
    timings: {},
    neverAnswered: false,
  }
}

function judge(
  { interval, grace }: Pick<CheckSpecOf<'heartbeat'>, 'interval' | 'grace'>,
  lastAtMs: number | null,
  silentMs: number,
): Pick<Judgement, 'outcome' | 'failure'> {
  const silence = `${lastAtMs === null ? 'never called, for' : 'last call'} ${spellDuration(silentMs)}${lastAtMs === null ? '' : ' ago'}`
  if (silentMs > 2 * interval + grace) return failed('outage', 'missed', 'heartbeat missed', silence)
  if (silentMs > interval + grace) return failed('degraded', 'late', 'heartbeat late', silence)
  if (lastAtMs !== null) return { outcome: 'operational' }
  return { outcome: 'unknown', failure: { code: 'waiting', sentence: 'no heartbeat yet', detail: silence } }
}
