import type { CheckResult, Judgement, Outcome } from './check.ts'
import { spellDuration } from './failure.ts'

/** State that another service pushed, good until `expiresAtMs`. */
export interface StateReport {
  readonly status: Outcome | 'partial_outage'
  /** The reporter's own words: for operators only. */
  readonly message?: string
  readonly responseTimeMs?: number
  readonly atMs: number
  readonly expiresAtMs: number
}

const sentences: Readonly<Record<Exclude<StateReport['status'], 'operational'>, string>> = {
  degraded: 'reported as degraded',
  partial_outage: 'reported as partly down',
  outage: 'reported as down',
  unknown: 'reported as unknown',
}

/** Judges by what was last reported; once its time is over, or when nothing came, the state is unknown. One check cannot be
 *  partly down: a report of partial_outage counts as degraded. */
export function evaluateReport(report: StateReport | null, nowMs: number): CheckResult {
  const judgement = judge(report, nowMs)
  const latencyMs = judgement.outcome === 'unknown' ? null : (report?.responseTimeMs ?? null)
  return { ...judgement, latencyMs, timings: {}, neverAnswered: false }
}

function judge(report: StateReport | null, nowMs: number): Pick<Judgement, 'outcome' | 'failure'> {
  if (report === null) return unknown('waiting', 'no report yet', 'nothing was reported yet')
  if (nowMs >= report.expiresAtMs) {
    return unknown('expired', 'report out of date', `ran out ${spellDuration(nowMs - report.expiresAtMs)} ago`)
  }
  if (report.status === 'operational') return { outcome: 'operational' }
  const sentence = sentences[report.status]
  const outcome = report.status === 'partial_outage' ? 'degraded' : report.status
  return { outcome, failure: { code: 'reported', sentence, detail: report.message || sentence } }
}

function unknown(code: string, sentence: string, detail: string): Pick<Judgement, 'outcome' | 'failure'> {
  return { outcome: 'unknown', failure: { code, sentence, detail } }
}
