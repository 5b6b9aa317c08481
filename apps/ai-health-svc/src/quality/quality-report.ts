import { mannKendall, type MannKendallTrend } from './mann-kendall.ts'
import { alertsOf } from './quality-alerts.ts'
import { recommendationsOf, type SummaryOfModel } from './quality-recommendations.ts'
import { qualityFlags, type QualityFlag } from './response-scores.ts'

export interface RecordedResponse {
  readonly atMs: number
  readonly provider: string
  readonly model: string
  readonly isError: boolean
  readonly errorClass: string | null
  /** Null for an error, which has no answer. */
  readonly length: number | null
  readonly coherence: number | null
  readonly relevance: number | null
  readonly flags: readonly QualityFlag[]
}

export interface QualityMetrics {
  readonly averageLength: number | null
  readonly coherenceScore: number | null
  readonly relevanceScore: number | null
  readonly errorRate: number | null
  readonly userSatisfaction: number | null
}

export interface QualityAlert {
  readonly type: 'low_coherence' | 'high_error_rate' | QualityFlag
  readonly severity: 'warning' | 'critical'
  readonly message: string
  readonly threshold: number
  readonly current: number
  /** Of which model; null: of all together. */
  readonly model: { readonly provider: string; readonly model: string } | null
}

export interface ModelReport {
  readonly provider: string
  readonly model: string
  readonly responses: number
  readonly scored: number
  readonly overallScore: number | null
  readonly coherenceScore: number | null
  readonly relevanceScore: number | null
  readonly errorRate: number | null
  readonly flags: Readonly<Record<QualityFlag, number>>
}

export interface QualityReport {
  /** Null when nothing was measured. */
  readonly overallScore: number | null
  readonly metrics: QualityMetrics
  /** Null where too few values were measured. */
  readonly trends: Readonly<Record<'length' | 'coherence' | 'relevance' | 'errors', MannKendallTrend | null>>
  /** Responses with each flag. */
  readonly flags: Readonly<Record<QualityFlag, number>>
  readonly alerts: readonly QualityAlert[]
  readonly recommendations: readonly string[]
  /** Responses in the window, and how many of them have a score. */
  readonly responses: number
  readonly scored: number
  /** Worst first. */
  readonly models: readonly ModelReport[]
}

/** The report over the newest responses of the window, oldest or newest first, and the ratings (0..1) of users. */
export function qualityReport(responses: readonly RecordedResponse[], ratings: readonly number[]): QualityReport {
  const whole = summaryOf(responses, ratings)
  const { responses: count, scored, overallScore, metrics, flags } = whole
  const ofModels = [...Map.groupBy(responses, ({ provider, model }) => JSON.stringify([provider, model])).values()]
  const summaries = ofModels.map((some) => ({
    ...{ provider: some[0]!.provider, model: some[0]!.model },
    ...summaryOf(some, []),
  }))
  const models = summaries.map(reportOfModel).sort(worstFirst)
  const recommendations = recommendationsOf(whole, summaries)
  const trends = trendsOf(responses)
  return {
    overallScore,
    metrics,
    trends,
    flags,
    alerts: alertsOf(whole, summaries),
    recommendations,
    responses: count,
    scored,
    models,
  }
}

/** What some responses come to. */
export interface QualitySummary {
  readonly overallScore: number | null
  readonly metrics: QualityMetrics
  readonly flags: Readonly<Record<QualityFlag, number>>
  readonly responses: number
  readonly scored: number
  /** Answers that the detectors saw; errors, and answers that were dropped before, are not among them. */
  readonly judged: number
  /** The errors of each class, the most frequent first. */
  readonly errorClasses: readonly string[]
}

export function summaryOf(responses: readonly RecordedResponse[], ratings: readonly number[]): QualitySummary {
  const judged = responses.filter(({ length }) => length !== null)
  const errors = responses.filter(({ isError }) => isError)
  const metrics: QualityMetrics = {
    averageLength: meanOrNull(judged.map(({ length }) => length)),
    coherenceScore: meanOrNull(judged.map(({ coherence }) => coherence)),
    relevanceScore: meanOrNull(judged.map(({ relevance }) => relevance)),
    errorRate: meanOrNull(responses.map(({ isError }) => Number(isError))),
    userSatisfaction: meanOrNull(ratings),
  }
  const unflagged = meanOrNull(judged.map(({ flags }) => Number(flags.length === 0)))
  return {
    overallScore: overallScore(metrics, unflagged),
    metrics,
    flags: Object.fromEntries(
      qualityFlags.map((flag) => [flag, judged.filter(({ flags }) => flags.includes(flag)).length]),
    ) as Record<QualityFlag, number>,
    responses: responses.length,
    scored: judged.filter(({ coherence, relevance }) => coherence !== null || relevance !== null).length,
    judged: judged.length,
    errorClasses: [...Map.groupBy(errors, ({ errorClass }) => errorClass ?? 'unknown')]
      .sort(([, some], [, others]) => others.length - some.length)
      .map(([name]) => name),
  }
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

/** The share of requests that were answered, times the geometric mean of what is known of the answers: what is good
 *  does not make up for what is bad. */
function overallScore(metrics: QualityMetrics, unflagged: number | null): number | null {
  const { coherenceScore, relevanceScore, userSatisfaction, errorRate } = metrics
  if (errorRate === 1) return 0
  const measured = [coherenceScore, relevanceScore, userSatisfaction].filter((part) => part !== null)
  if (errorRate === null || measured.length === 0) return null
  const parts = [...measured, unflagged ?? 1]
  return (1 - errorRate) * parts.reduce((product, part) => product * part, 1) ** (1 / parts.length)
}

function reportOfModel(summary: SummaryOfModel): ModelReport {
  const { provider, model, overallScore, metrics, flags, responses, scored } = summary
  const { coherenceScore, relevanceScore, errorRate } = metrics
  return { provider, model, responses, scored, overallScore, coherenceScore, relevanceScore, errorRate, flags }
}

const worstFirst = (one: ModelReport, other: ModelReport): number =>
  (one.overallScore ?? 2) - (other.overallScore ?? 2) ||
  one.provider.localeCompare(other.provider) ||
  one.model.localeCompare(other.model)

function trendsOf(responses: readonly RecordedResponse[]): QualityReport['trends'] {
  const inOrder = responses.toSorted((one, other) => one.atMs - other.atMs)
  const trend = (valueOf: (response: RecordedResponse) => number | null): MannKendallTrend | null =>
    mannKendall(inOrder.map(valueOf).filter((value) => value !== null))
  return {
    length: trend(({ length }) => length),
    coherence: trend(({ coherence }) => coherence),
    relevance: trend(({ relevance }) => relevance),
    errors: trend(({ isError }) => Number(isError)),
  }
}
