import type { aiHealth } from '@akashic/proto'
import { isThreshold } from './quality-alerts.ts'
import type { ModelReport } from './quality-report.ts'
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
    // One that is left alone has no newest answers, and is the one to know of.
    models: [...models, ...firing.filter((row) => !models.some((each) => isOf(row, each))).map(unseen)].map((each) => {
      const { provider, model, overallScore, coherenceScore, relevanceScore, errorRate } = each
      return {
        ...{ provider, model, responses: each.responses, scored: each.scored, flags: encodeFlags(each.flags) },
        ...known({ overallScore, coherenceScore, relevanceScore, errorRate }),
        drifting: driftingOf(firing, each),
      }
    }),
  }
}

interface Named {
  readonly provider: string
  readonly model: string
}

const isOf = (one: Named, other: Named): boolean => one.provider === other.provider && one.model === other.model

const noFlags = Object.fromEntries(qualityFlags.map((flag) => [flag, 0])) as Record<QualityFlag, number>

const unseen = ({ provider, model }: Named): ModelReport => ({
  ...{ provider, model, responses: 0, scored: 0, flags: noFlags },
  ...{ overallScore: null, coherenceScore: null, relevanceScore: null, errorRate: null },
})

function driftingOf(firing: Read['firing'], named: Named): string[] {
  const row = firing.find((each) => isOf(each, named))
  return (row?.firing ?? []).filter((signal) => !isThreshold(signal))
}

const encodeFlags = (flags: Readonly<Record<QualityFlag, number>>): aiHealth.QualityFlagCount[] =>
  qualityFlags.map((flag) => ({ flag, count: flags[flag] })).filter(({ count }) => count > 0)

function known<Name extends string>(values: Readonly<Record<Name, number | null>>): Partial<Record<Name, number>> {
  const entries = Object.entries(values).filter(([, value]) => value !== null)
  return Object.fromEntries(entries) as Partial<Record<Name, number>>
}
