import type { aiHealth } from '@akashic/proto'
import { isThreshold } from './quality-alerts.ts'
import type { readQuality } from './read-quality.ts'
import { qualityFlags, type QualityFlag } from './response-scores.ts'

type Read = Awaited<ReturnType<typeof readQuality>>

/** The guide's QualityReport. What was not measured is left out. */
export function encodeQualityReport({ window, report, firing }: Read, dropped: number): aiHealth.GetQualityResponse {
  const { overallScore, metrics, trends, alerts, recommendations, responses, scored, flags, models } = report
  return {
    ...known({ overallScore, ...metrics }),
    trends: Object.entries(trends).flatMap(([metric, trend]) => (trend ? [{ metric, ...trend }] : [])),
    alerts: alerts.map(({ model, ...alert }) => ({
      ...alert,
      provider: model?.provider ?? '',
      model: model?.model ?? '',
    })),
    recommendations: [...recommendations],
    ...{ window, responses, scored, dropped, flags: encodeFlags(flags) },
    models: models.map((each) => {
      const { provider, model, overallScore, coherenceScore, relevanceScore, errorRate } = each
      return {
        ...{ provider, model, responses: each.responses, scored: each.scored, flags: encodeFlags(each.flags) },
        ...known({ overallScore, coherenceScore, relevanceScore, errorRate }),
        drifting: driftingOf(firing, each),
      }
    }),
  }
}

function driftingOf(
  firing: Read['firing'],
  { provider, model }: { readonly provider: string; readonly model: string },
) {
  const row = firing.find((each) => each.provider === provider && each.model === model)
  return (row?.firing ?? []).filter((signal) => !isThreshold(signal))
}

const encodeFlags = (flags: Readonly<Record<QualityFlag, number>>): aiHealth.QualityFlagCount[] =>
  qualityFlags.map((flag) => ({ flag, count: flags[flag] })).filter(({ count }) => count > 0)

function known<Name extends string>(values: Readonly<Record<Name, number | null>>): Partial<Record<Name, number>> {
  const entries = Object.entries(values).filter(([, value]) => value !== null)
  return Object.fromEntries(entries) as Partial<Record<Name, number>>
}
