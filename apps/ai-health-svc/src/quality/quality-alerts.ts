import type { SummaryOfModel } from './quality-recommendations.ts'
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
/** Fewer answers of one of several models raise no alert of their own. */
export const fewestOfModel = 20

export const seenOfFlag: Readonly<Record<QualityFlag, string>> = {
  repetition: 'repeat themselves',
  truncation: 'stop before their end',
  refusal: 'are refusals',
  wrong_language: 'are in another language than their prompt',
  broken_format: 'are not in the format that was asked for',
}

/** What is alarming of all answers together, and what is of one of several models: much of what a busy model says hides what
 *  another one does. */
export function alertsOf(whole: QualitySummary, models: readonly SummaryOfModel[]): QualityAlert[] {
  const ofModels =
    models.length < 2 ? [] : models.filter(({ responses }) => responses >= fewestOfModel).flatMap(alertsOfModel)
  const isTold = ({ type }: Found) => ofModels.some((alert) => alert.type === type)
  const ofAll = alarmingIn(whole).filter((found) => !isTold(found))
  return [...ofAll.map((found) => ({ ...found, model: null })), ...ofModels]
}

function alertsOfModel(summary: SummaryOfModel): QualityAlert[] {
  const { provider, model } = summary
  const named = (message: string) => `${provider}/${model}: ${message}`
  return alarmingIn(summary).map((found) => ({ ...found, message: named(found.message), model: { provider, model } }))
}

type Found = Omit<QualityAlert, 'model'>

/** What is alarming in some answers. */
export function alarmingIn(summary: QualitySummary): Found[] {
  const { coherenceScore, errorRate } = summary.metrics
  const alerts: Found[] = []
  if (errorRate !== null && errorRate > mostErrors) {
    const message = `${percent(errorRate)} of the requests ended in an error.`
    alerts.push({ type: 'high_error_rate', severity: 'critical', message, threshold: mostErrors, current: errorRate })
  }
  if (coherenceScore !== null && coherenceScore < leastCoherence) {
    const message = `The answers are less coherent (${coherenceScore.toFixed(2)}) than genuine text is.`
    const found = { threshold: leastCoherence, current: coherenceScore }
    alerts.push({ type: 'low_coherence', severity: 'warning', message, ...found })
  }
  return [...alerts, ...qualityFlags.flatMap((flag) => alarmingFlag(flag, summary))]
}

function alarmingFlag(flag: QualityFlag, { flags, judged }: QualitySummary): Found[] {
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

/** Alerts that are of the newest answers alone; the others are of a change, and end once it is over. */
export const isThreshold = (signal: string): boolean => signal === 'high_error_rate' || signal === 'low_coherence'

export const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`
