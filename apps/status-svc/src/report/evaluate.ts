import { evaluateReport, type CheckResult } from '@akashic/checks'
import type { Queryable } from '@akashic/shared/postgres'
import type { Verdict } from '../status/check-verdict.ts'
import { readReport } from './store.ts'

export interface EvaluatedReport {
  readonly result: Omit<CheckResult, 'outcome'> & { readonly outcome: Verdict }
  /** When the report runs out, in epoch milliseconds; Infinity when there is none that holds. */
  readonly nextChangeMs: number
}

/** Judges by what was last reported, as long as it holds. */
export async function evaluateReportedCheck(db: Queryable, checkNum: number, nowMs: number): Promise<EvaluatedReport> {
  const report = await readReport(db, checkNum)
  const result = evaluateReport(report, nowMs)
  const isPartial = report?.status === 'partial_outage' && result.outcome === 'degraded'
  return {
    result: isPartial ? { ...result, outcome: 'partial_outage' } : result,
    nextChangeMs: report && report.expiresAtMs > nowMs ? report.expiresAtMs : Infinity,
  }
}
