import { lookAt } from '../../analyse/remedies.ts'
import { percentText } from '../../database/words.ts'
import type { Measures, Span, Unknown } from '../measures.ts'
import { queriedFailures, rateOf, type QueriedFailures } from '../requests.ts'
import type { QueryReading } from '../source/measure-query.ts'
import { sourceText } from '../words.ts'
import { componentFinding, type Judged } from './component-finding.ts'

/** One failure of a few requests is no share. */
export const fewest = 20
const criticalRatio = 0.5

interface Failures {
  readonly by: string
  readonly ratio: number
  readonly count: number
  /** Not of a load test, of which only is worth knowing what it found. */
  readonly isOfUse: boolean
  readonly toMs: number
}

/** Fails where the share of failed requests, or of our own checks, reaches the limit. Of a share of too few that is not
 *  known, and nor is it where nobody tells of how many requests some failed.
 *  @param queries of this component.
 *  @param window over which queries were asked.
 *  @param limit `infra.performance.errorRatio`. */
export function failing(
  component: string,
  measured: readonly Measures[],
  queries: readonly QueryReading[],
  window: Span,
  limit: number,
): Judged {
  const { shares, withoutRate } = queriedFailures(queries, rateOf(measured, queries))
  const all = [...measured.flatMap(measuredFailures), ...shares.map((share) => byQuery(share, window))]
  const reached = all.filter(({ ratio }) => ratio >= limit)
  const bad = reached.filter(({ count }) => count >= fewest)
  const unknown = [
    ...reached.filter(({ count, isOfUse }) => isOfUse && count < fewest).map(tooFew),
    ...withoutRate.map(ofHowMany),
  ]
  const [first] = bad.toSorted((a, b) => Number(b.isOfUse) - Number(a.isOfUse) || b.ratio - a.ratio)
  if (first === undefined) return { findings: [], unknown }
  const severity = !first.isOfUse ? 'info' : first.ratio >= criticalRatio ? 'critical' : 'warning'
  const finding = componentFinding({
    ...{ rule: 'perf-errors', severity, component, reason: 'Errors' },
    summary: `${percentText(first.ratio)} of requests fail by ${first.by}; the limit is ${percentText(limit)}.`,
    evidence: Object.fromEntries(
      bad.map(({ by, ratio, count }) => [`failed by ${by}`, `${percentText(ratio)} of ${Math.round(count)}`]),
    ),
    remedies: [lookAt('See what is wrong with what runs it', `akashic why --component ${component}`)],
    atMs: first.toMs,
  })
  return { findings: [finding], unknown }
}

function measuredFailures({ source, failedRatio, count, span }: Measures): readonly Failures[] {
  if (failedRatio === null) return []
  const by = sourceText[source]
  return [{ by, ratio: failedRatio, count: count ?? 0, isOfUse: source !== 'load-test', toMs: span.toMs }]
}

function byQuery({ query, ratio, perSecond }: QueriedFailures, { fromMs, toMs }: Span): Failures {
  return { by: `query ${query}`, ratio, count: (perSecond * (toMs - fromMs)) / 1_000, isOfUse: true, toMs }
}

const tooFew = ({ by, ratio, count }: Failures): Unknown => ({
  what: `whether ${percentText(ratio)} of requests fail by ${by}`,
  reason: `it is a share of ${Math.round(count)}; it takes ${fewest}`,
  howToGet: 'Measure more often, or over a longer window',
})

const ofHowMany = ({ name, value }: QueryReading): Unknown => ({
  what: `what share of requests fails by query ${name}`,
  reason: `it gives ${value} a second, and of how many requests is not known`,
  howToGet: 'Give a query of throughput under infra.performance.queries',
})
