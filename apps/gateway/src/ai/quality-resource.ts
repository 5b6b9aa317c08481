import type { aiHealth } from '@akashic/proto'
import { z } from 'zod'

const score = z.number().nullable()
const flags = z.record(z.string(), z.int()).describe('Answers with each flag, as `repetition`.')

const modelSchema = z
  .object({
    provider: z.string(),
    model: z.string(),
    responses: z.int(),
    scored: z.int(),
    overallScore: score,
    coherenceScore: score,
    relevanceScore: score,
    errorRate: score,
    flags,
    drifting: z.array(z.string()).describe('Signals whose change was noticed and that are not good again.'),
  })
  .meta({ id: 'AiModelQuality' })

export const qualityReportSchema = z
  .object({
    overallScore: score,
    metrics: z.object({
      averageLength: score.describe('Characters of an answer.'),
      coherenceScore: score,
      relevanceScore: score,
      errorRate: score,
      userSatisfaction: score,
    }),
    trends: z.array(
      z.object({
        metric: z.string(),
        direction: z.enum(['rising', 'falling', 'stable']),
        slope: z.number().describe('A response.'),
        pValue: z.number(),
      }),
    ),
    alerts: z.array(
      z.object({
        type: z.string().describe('As `low_coherence` or `high_error_rate`.'),
        severity: z.enum(['warning', 'critical']),
        message: z.string(),
        threshold: z.number(),
        current: z.number(),
        provider: z.string().nullable().describe('Of which provider; null: of all together.'),
        model: z.string().nullable(),
      }),
    ),
    recommendations: z.array(z.string()),
    window: z.int().describe('Newest so many answers that were asked for.'),
    responses: z.int().describe('Answers that there are in it.'),
    scored: z.int(),
    dropped: z
      .int()
      .describe(
        'Answers that the process which reports has not looked at since it started: more came than it samples or can score.',
      ),
    flags,
    models: z.array(modelSchema),
  })
  .meta({ id: 'AiQualityReport' })

/** The guide's QualityReport. What was not measured is null. */
export function qualityReport(given: aiHealth.GetQualityResponse): z.infer<typeof qualityReportSchema> {
  const { recommendations, window, responses, scored, dropped } = given
  return {
    overallScore: given.overallScore ?? null,
    metrics: {
      averageLength: given.averageLength ?? null,
      coherenceScore: given.coherenceScore ?? null,
      relevanceScore: given.relevanceScore ?? null,
      errorRate: given.errorRate ?? null,
      userSatisfaction: given.userSatisfaction ?? null,
    },
    trends: given.trends.map((trend) => ({ ...trend, direction: directionOf(trend.direction) })),
    alerts: given.alerts.map((alert) => ({
      ...alert,
      provider: alert.provider || null,
      model: alert.model || null,
      severity: alert.severity === 'warning' ? 'warning' : 'critical',
    })),
    ...{ recommendations, window, responses, scored, dropped, flags: flagCounts(given.flags) },
    models: given.models.map(modelResource),
  }
}

const directionOf = (direction: string) =>
  direction === 'rising' || direction === 'falling' ? direction : ('stable' as const)

const flagCounts = (given: readonly aiHealth.QualityFlagCount[]): Record<string, number> =>
  Object.fromEntries(given.map(({ flag, count }) => [flag, count]))

function modelResource(given: aiHealth.ModelQuality): z.infer<typeof modelSchema> {
  const { provider, model, responses, scored, drifting } = given
  return {
    ...{ provider, model, responses, scored },
    overallScore: given.overallScore ?? null,
    coherenceScore: given.coherenceScore ?? null,
    relevanceScore: given.relevanceScore ?? null,
    errorRate: given.errorRate ?? null,
    ...{ flags: flagCounts(given.flags), drifting },
  }
}
