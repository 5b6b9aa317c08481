import type { Compared } from './comparison.ts'
import type { JudgedComponent } from './judge/judge-component.ts'
import type { Measures, Method, Source } from './measures.ts'
import { ofUse, queriedFailures, rateOf, type RequestRate } from './requests.ts'
import type { ResourceReading } from './resource/resource-reading.ts'
import type { QueryReading } from './source/measure-query.ts'

export type PerformanceStatus = 'healthy' | 'warning' | 'critical' | 'unknown'

/** One component by the RED method (rate, errors, duration) and the USE method (utilisation, saturation, errors). */
export interface ComponentSummary {
  readonly component: string
  readonly status: PerformanceStatus
  readonly rate: RequestRate | null
  readonly errors: { readonly ratio: number; readonly source: string } | null
  readonly duration: {
    readonly p95Ms: number
    /** Whether only that it is no less is known. */
    readonly isAtLeast: boolean
    readonly source: Source
    readonly method: Method
  } | null
  readonly resources: readonly ResourceSummary[]
}

export interface ResourceSummary {
  readonly resource: string
  readonly utilisation: number | null
  readonly saturation: number | null
  readonly errors: number | null
}

export function summaryOf(
  judged: JudgedComponent,
  queries: readonly Compared<QueryReading>[],
  hasWorkload: boolean,
): ComponentSummary {
  const { component, findings, resources } = judged
  const measured = ofUse(judged.measured.map(({ now }) => now))
  const own = queries.flatMap(({ now }) => (now.component === component ? [now] : []))
  const rate = rateOf(measured, own)
  const errors = errorsOf(measured, own, rate)
  const duration = durationOf(measured)
  const summed = byResource(resources)
  const isUsed = !hasWorkload || ['cpu', 'memory'].every((each) => isKnown(summed, each))
  const isSeen = judged.isWhole && errors !== null && duration !== null && isUsed
  return {
    ...{ component, rate, errors, duration, resources: summed },
    status: statusOf(findings, isSeen),
  }
}

function statusOf(findings: JudgedComponent['findings'], isSeen: boolean): PerformanceStatus {
  if (findings.some(({ severity }) => severity === 'critical')) return 'critical'
  if (findings.some(({ severity }) => severity === 'warning')) return 'warning'
  return isSeen ? 'healthy' : 'unknown'
}

const isKnown = (resources: readonly ResourceSummary[], name: string): boolean =>
  resources.some(({ resource, utilisation }) => resource === name && utilisation !== null)

function errorsOf(
  measured: readonly Measures[],
  queries: readonly QueryReading[],
  rate: RequestRate | null,
): ComponentSummary['errors'] {
  const [ofUsers, ofChecks] = [measured.find(isOf('prometheus')), measured.find(isOf('checks'))]
  if (ofUsers && ofUsers.failedRatio !== null) return { ratio: ofUsers.failedRatio, source: 'prometheus' }
  const [share] = queriedFailures(queries, rate).shares
  if (share) return { ratio: share.ratio, source: `query ${share.query}` }
  return ofChecks && ofChecks.failedRatio !== null ? { ratio: ofChecks.failedRatio, source: 'checks' } : null
}

const isOf =
  (source: Source) =>
  (each: Measures): boolean =>
    each.source === source

function durationOf(measured: readonly Measures[]): ComponentSummary['duration'] {
  const found = measured.find(({ p95Ms }) => p95Ms !== null)
  if (!found) return null
  const { p95Ms, atLeast, source, method } = found
  return { p95Ms: p95Ms!, isAtLeast: atLeast.includes('p95Ms'), source, method }
}

/** One line a resource: the most that is used of it, all that waits for it, all its errors. */
function byResource(readings: readonly ResourceReading[]): readonly ResourceSummary[] {
  const known = (values: readonly (number | null)[]): readonly number[] => values.filter((value) => value !== null)
  return [...Map.groupBy(readings, ({ resource }) => resource)].map(([resource, some]) => {
    const [utilisations, saturations, errors] = [
      known(some.map(({ utilisation }) => utilisation)),
      known(some.map(({ saturation }) => saturation)),
      known(some.map((each) => each.errors)),
    ]
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
    return {
      resource,
      utilisation: utilisations.length === 0 ? null : Math.max(...utilisations),
      saturation: saturations.length === 0 ? null : sum(saturations),
      errors: errors.length === 0 ? null : sum(errors),
    }
  })
}
