import type { Finding } from '../../finding/finding.ts'
import type { StatementMeans } from '../../database/statement-means.ts'
import type { OutOfMemory } from '../../memory/out-of-memory.ts'
import type { Compared } from '../comparison.ts'
import type { MeasuredWorkload } from '../resource/measure-workload.ts'
import type { ResourceReading } from '../resource/resource-reading.ts'
import type { QueryReading } from '../source/measure-query.ts'
import { rateOf } from '../requests.ts'
import { sourceText } from '../words.ts'
import { fewest } from './failing.ts'
import type { Limits } from './judge-component.ts'
import { isSlow } from './slow-response.ts'
import { p95 } from './slower.ts'

/** A finding as it was told before. */
export type Before = Pick<Finding, 'rule' | 'part' | 'object' | 'evidence'>

/** All that was measured of one component. */
interface Known {
  readonly measured: readonly Compared[]
  readonly queries: readonly QueryReading[]
  readonly resources: readonly ResourceReading[]
  /** Null where nothing is said to run it. */
  readonly runs: MeasuredWorkload | null
  /** By the name of the database. */
  readonly statements: ReadonlyMap<string, StatementMeans>
  readonly outOfMemory: readonly OutOfMemory[]
  readonly limits: Limits
}

/** Whether what told a finding before could not be measured now, so that nobody knows that it has ended. What is configured
 *  no longer tells nothing, and holds nothing. */
export function mayHold(before: Before, known: Known): boolean {
  switch (before.rule) {
    case 'perf-slow-response':
      return isUnsaid(before, responsesOf(known))
    case 'perf-errors':
      return isUnsaid(before, failuresOf(known))
    case 'perf-slower':
      return isUncompared(before, known)
    case 'perf-slow-statement':
      return known.statements.get(before.object.namespace)?.means === null
    case 'perf-resource-used-up':
      return isUnread(before, known, ({ utilisation }) => utilisation === null)
    // Without a limit there is none to be near to.
    case 'memory-high':
      return isUnread(before, known, ({ memory, limit }) => limit !== null && memory?.isHigh === null)
    case 'memory-leak':
      return isUnread(before, known, ({ memory }) => memory?.leak.is === 'unknown')
    case 'pod-out-of-memory':
      return known.runs?.isSeen === false || known.outOfMemory.some(({ kind }) => kind === 'unknown')
    default:
      return false
  }
}

interface Said {
  /** As evidence names it. */
  readonly by: string
  readonly isKnown: boolean
}

const responsesOf = ({ measured, limits }: Known): readonly Said[] =>
  measured.map(({ now }) => ({ by: sourceText[now.source], isKnown: isSlow(now, limits.responseP95) !== null }))

const failuresOf = ({ measured, queries, limits }: Known): readonly Said[] => [
  ...measured.map(({ now: { source, failedRatio, count } }) => ({
    by: sourceText[source],
    isKnown: failedRatio !== null && (failedRatio < limits.errorRatio || (count ?? 0) >= fewest),
  })),
  ...queries
    .filter(({ measures }) => measures === 'errors')
    .map(({ name, value }) => ({
      by: `query ${name}`,
      isKnown: value !== null && isRateKnown(value, queries, measured),
    })),
]

/** Of no failures no rate is needed. */
const isRateKnown = (failures: number, queries: readonly QueryReading[], measured: readonly Compared[]): boolean =>
  failures === 0 ||
  (rateOf(
    measured.map(({ now }) => now),
    queries,
  )?.perSecond ?? 0) > 0

/** One of those who said it says nothing now; or none of them is left, and nobody else says anything. */
function isUnsaid({ evidence }: Before, sources: readonly Said[]): boolean {
  const named = sources.filter(({ by }) => evidence.some(({ where }) => where.endsWith(` by ${by}`)))
  return named.some(({ isKnown }) => !isKnown) || !sources.some(({ isKnown }) => isKnown)
}

function isUncompared({ part }: Before, { measured }: Known): boolean {
  const [to, source] = part.split(':')
  const comparisons = measured.filter(({ now }) => now.source === source).flatMap((each) => each.comparisons)
  return comparisons
    .filter((each) => each.to === to)
    .some(({ now, then }) => p95(now) === null || (then !== null && p95(then) === null))
}

/** Of a resource of its containers, which have no reading where the pods are not seen, or of what a query measures. */
function isUnread(
  { rule, part }: Before,
  { resources, runs }: Known,
  isUnknown: (reading: ResourceReading) => boolean,
): boolean {
  const keyOf = ({ resource, name }: ResourceReading): string =>
    rule.startsWith('memory-') ? name : `${resource}:${name}`
  const wanted = resources.filter(
    (each) => keyOf(each) === part && (!rule.startsWith('memory-') || each.memory !== null),
  )
  return wanted.length === 0 ? runs?.isSeen === false : wanted.some(isUnknown)
}
