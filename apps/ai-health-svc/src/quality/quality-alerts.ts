import type { QualityAlert, QualitySummary } from './quality-report.ts'
import { qualityFlags, type QualityFlag } from './response-scores.ts'

/** Of the guide. */
export const leastCoherence = 0.7
export const mostErrors = 0.1

/** More than any detector flags of genuine text (docs/ai-quality.md); some answers are refused, and rightly. */
const usualShare = 0.02
/** How improbable so many flags must be at the usual share. */
const significance = 0.001
const criticalShare = 0.5

export const seenOfFlag: Readonly<Record<QualityFlag, string>> = {
  repetition: 'repeat themselves',
  truncation: 'stop before their end',
  refusal: 'are refusals',
  wrong_language: 'are in another language than their prompt',
  broken_format: 'are not in the format that was asked for',
}

export function alertsOf(summary: QualitySummary): QualityAlert[] {
  const { coherenceScore, errorRate } = summary.metrics
  const alerts: QualityAlert[] = []
  if (errorRate !== null && errorRate > mostErrors) {
    const message = `${percent(errorRate)} of the requests ended in an error.`
    alerts.push({ type: 'high_error_rate', severity: 'critical', message, threshold: mostErrors, current: errorRate })
  }
  if (coherenceScore !== null && coherenceScore < leastCoherence) {
    const message = `The answers are less coherent (${coherenceScore.toFixed(2)}) than genuine text is.`
    const found = { threshold: leastCoherence, current: coherenceScore }
    alerts.push({ type: 'low_coherence', severity: 'warning', message, ...found })
  }
  return [...alerts, ...qualityFlags.flatMap((flag) => alertOfFlag(flag, summary))]
}

function alertOfFlag(flag: QualityFlag, { flags, judged }: QualitySummary): QualityAlert[] {
  if (!isUnusual(flags[flag], judged)) return []
  const current = flags[flag] / judged
  const message = `${flags[flag]} of ${judged} answers ${seenOfFlag[flag]}.`
  const severity = current >= criticalShare ? 'critical' : 'warning'
  return [{ type: flag, severity, message, threshold: fewestUnusual(judged) / judged, current }]
}

/** Whether chance alone hardly flags so many of so many answers. */
export const isUnusual = (flagged: number, judged: number): boolean => flagged >= fewestUnusual(judged)

/** The smallest count whose binomial tail at the usual share is under `significance`; more than all where there is none. */
function fewestUnusual(judged: number): number {
  let probability = (1 - usualShare) ** judged
  let tail = 1
  let count = 0
  while (count <= judged && tail >= significance) {
    tail -= probability
    probability *= ((judged - count) / (count + 1)) * (usualShare / (1 - usualShare))
    count += 1
  }
  return Math.max(count, 1)
}

export const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`
