import { evidenceDocument } from '../finding/finding-document.ts'
import type { Finding } from '../finding/finding.ts'
import { withPasteable } from '../finding/pasteable.ts'
import type { OutOfMemory } from '../memory/out-of-memory.ts'
import { matchRunbooks, type Runbook } from '../runbook/runbook.ts'
import type { ComponentSummary, PerformanceStatus } from './component-summary.ts'
import { timesAsMuch, type Comparison, type Compared } from './comparison.ts'
import type { JudgedComponent } from './judge/judge-component.ts'
import type { Measures, Span } from './measures.ts'
import type { ResourceReading } from './resource/resource-reading.ts'
import type { QueryReading } from './source/measure-query.ts'

const rank = { critical: 0, warning: 1, info: 2 } as const
const statusRank: Readonly<Record<PerformanceStatus, number>> = { critical: 0, warning: 1, unknown: 2, healthy: 3 }
const instant = (ms: number): string => new Date(ms).toISOString()
const spanDocument = ({ fromMs, toMs }: Span) => ({ from: instant(fromMs), to: instant(toMs) })

export interface Reported {
  /** It ends now. */
  readonly window: Span
  readonly judged: readonly JudgedComponent[]
  readonly summaries: readonly ComponentSummary[]
  readonly queries: readonly Compared<QueryReading>[]
  readonly outOfMemory: readonly OutOfMemory[]
  /** The last deploy of each component, or why there is none to compare with. */
  readonly deploys: readonly {
    readonly component: string
    readonly atMs: number | null
    readonly reason: string | null
  }[]
  readonly runbooks: readonly Runbook[]
}

/** The guide's PerformanceReport, as the API shows it: worst first. */
export function performanceReport(reported: Reported) {
  const { window, judged, queries, outOfMemory, deploys, runbooks } = reported
  const summaries = reported.summaries.toSorted(
    (a, b) => statusRank[a.status] - statusRank[b.status] || a.component.localeCompare(b.component),
  )
  const findings = judged
    .flatMap(({ component, findings: found }) =>
      found.map((finding) => ({ component, finding: withPasteable(finding) })),
    )
    .toSorted((a, b) => rank[a.finding.severity] - rank[b.finding.severity] || a.component.localeCompare(b.component))
  const measured = judged.flatMap((each) => each.measured)
  const readings = judged.flatMap(({ resources }) => resources)
  return {
    generatedAt: instant(window.toMs),
    window: spanDocument(window),
    summary: {
      status: summaries[0]?.status ?? 'unknown',
      says: saysOf(summaries),
      components: summaries,
      deploys: deploys.map(({ component, atMs, reason }) => ({
        ...{ component, at: atMs === null ? null : instant(atMs), unknown: reason },
      })),
    },
    findings: findings.map(({ component, finding }) => ({ component, ...findingDocument(finding) })),
    recommendations: recommendationsOf(findings, runbooks),
    detailedMetrics: {
      responseTimeMetrics: measured.map(responseTimes),
      throughputMetrics: [
        ...measured.flatMap(throughput),
        ...queries.filter(({ now }) => now.measures === 'throughput').map(ofQuery),
      ],
      errorMetrics: [
        ...measured.map(errorShares),
        ...queries.filter(({ now }) => now.measures === 'errors').map(ofQuery),
      ],
      resourceMetrics: readings.map(resourceDocument),
      outOfMemory: outOfMemory.map(({ at, finding: _finding, ...each }) => ({
        ...each,
        at: at === null ? null : instant(at),
      })),
    },
    unknown: judged.flatMap(({ component, unknown }) => unknown.map((each) => ({ component, ...each }))),
  }
}

export type PerformanceReport = ReturnType<typeof performanceReport>

function saysOf(summaries: readonly ComponentSummary[]): string {
  if (summaries.length === 0) return 'no component is configured'
  const count = (wanted: PerformanceStatus): number => summaries.filter(({ status }) => status === wanted).length
  const bad = count('critical') + count('warning')
  const unknown = count('unknown')
  return [
    ...(bad > 0 ? [`${bad} of ${summaries.length} components perform badly`] : []),
    ...(unknown > 0 ? [`${unknown} of ${summaries.length} were not measured whole`] : []),
    ...(bad + unknown === 0 ? [`all ${summaries.length} components perform well`] : []),
  ].join(', ')
}

const findingDocument = ({ rule, severity, object, part, reason, summary, evidence, remedies, since }: Finding) => ({
  ...{ rule, severity, object, part, reason, summary, remedies },
  evidence: evidence.map(evidenceDocument),
  since: since === null ? null : instant(since),
})

interface Found {
  readonly component: string
  readonly finding: Finding
}

/** What to do, once each: of findings in their order, and what is written of such trouble. */
function recommendationsOf(findings: readonly Found[], runbooks: readonly Runbook[]) {
  const all = findings.flatMap(({ component, finding }) => {
    const matched = matchRunbooks(runbooks, [finding]).map(({ id, title }) => ({ id, title }))
    return finding.remedies.map((remedy) => ({ component, because: finding.summary, ...remedy, runbooks: matched }))
  })
  return [
    ...new Map(all.toReversed().map((each) => [`${each.component} ${each.title} ${each.command}`, each])).values(),
  ].toReversed()
}

const keyFigures = ({ component, source, method, span }: Measures) => ({
  ...{ component, source, method, span: spanDocument(span) },
})

const compared = (comparisons: readonly Comparison[], of: (measures: Measures) => number | null) =>
  comparisons.map(({ to, now, then, unknown }) => ({
    ...{ to, now: of(now), then: then && of(then) },
    times: timesAsMuch(of(now), then && of(then)),
    span: then && spanDocument(then.span),
    unknown: unknown ?? (then !== null && of(then) === null ? (then.unknown[0]?.reason ?? 'not measured') : null),
  }))

const responseTimes = ({ now, comparisons }: Compared) => ({
  ...keyFigures(now),
  ...{ count: now.count, p50Ms: now.p50Ms, p95Ms: now.p95Ms, p99Ms: now.p99Ms, meanMs: now.meanMs },
  atLeast: now.atLeast,
  comparisons: compared(comparisons, ({ p95Ms }) => p95Ms),
  unknown: now.unknown,
})

/** Of our own checks the rate is ours, and says nothing of users. */
const throughput = ({ now, comparisons }: Compared) =>
  now.source === 'checks'
    ? []
    : [
        {
          ...{ ...keyFigures(now), count: now.count, perSecond: now.perSecond },
          comparisons: compared(comparisons, ({ perSecond }) => perSecond),
        },
      ]

const errorShares = ({ now, comparisons }: Compared) => ({
  ...{ ...keyFigures(now), ratio: now.failedRatio, perSecond: now.failedPerSecond },
  comparisons: compared(comparisons, ({ failedRatio }) => failedRatio),
})

const ofQuery = ({ now, comparisons }: Compared<QueryReading>) => ({
  ...{ component: now.component, source: 'prometheus' as const, method: `query ${now.name}`, span: null },
  ...{ count: null, ratio: null, perSecond: now.value },
  comparisons: comparisons.map((each) => ({
    ...{ to: each.to, now: each.now.value, then: each.then?.value ?? null, span: null },
    times: timesAsMuch(each.now.value, each.then?.value ?? null),
    unknown: each.unknown ?? each.then?.unknown ?? null,
  })),
})

const resourceDocument = (reading: ResourceReading) => ({
  ...reading,
  comparisons: reading.comparisons.map((each) => ({ ...each, times: timesAsMuch(each.now, each.then) })),
})
