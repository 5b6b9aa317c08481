import type { PerformanceSettings } from '@akashic/config'
import type { Reference } from '@akashic/kubernetes'
import type { Finding } from '../../finding/finding.ts'
import type { Gathered } from '../gather.ts'
import type { Compared } from '../comparison.ts'
import type { Measures, Unknown } from '../measures.ts'
import type { MeasuredWorkload } from '../resource/measure-workload.ts'
import { queryReadings } from '../resource/query-readings.ts'
import type { ResourceReading } from '../resource/resource-reading.ts'
import type { QueryReading } from '../source/measure-query.ts'
import { sourceText } from '../words.ts'
import type { Judged } from './component-finding.ts'
import { failing } from './failing.ts'
import { highMemory } from './high-memory.ts'
import { slowResponse } from './slow-response.ts'
import { slowStatements } from './slow-statements.ts'
import { mayHold, type Before } from './may-hold.ts'
import { slower } from './slower.ts'
import { usedUp } from './used-up.ts'

/** How a component performs: what was measured of it, what is wrong, and what is not known. */
export interface JudgedComponent {
  readonly component: string
  readonly measured: readonly Compared[]
  readonly resources: readonly ResourceReading[]
  readonly findings: readonly Finding[]
  readonly unknown: readonly Unknown[]
  /** Whether every rule could judge all that is configured for it. */
  readonly isWhole: boolean
  /** Whether what was found before and is not found now may still hold: what told it was not measured. */
  readonly mayHold: (before: Before) => boolean
}

export type Limits = Pick<PerformanceSettings, 'responseP95' | 'errorRatio'>

/** Every rule, for one component. Pure.
 *  @param workload what runs it; null where that is not known. */
export function judgeComponent(
  component: string,
  gathered: Gathered,
  limits: Limits,
  workload: Reference | null,
): JudgedComponent {
  const measured = gathered.measured.filter(({ now }) => now.component === component)
  const now = measured.map((each) => each.now)
  const runs = gathered.workloads.get(component) ?? null
  const outOfMemory = workload === null ? [] : gathered.outOfMemory.filter((each) => isSame(each.workload, workload))
  const resources = [
    ...(runs?.readings ?? []).map((reading) => withErrors(reading, outOfMemory)),
    ...queryReadings(gathered.queries, component),
  ]
  const { window } = gathered.spans.get(component)!
  const atMs = window.toMs
  const queries = gathered.queries.flatMap((each) => (each.now.component === component ? [each.now] : []))
  const judged: readonly Judged[] = [
    slowResponse(component, now, limits.responseP95),
    failing(component, now, queries, window, limits.errorRatio),
    slower(
      component,
      measured.flatMap(({ comparisons }) => comparisons),
      workload,
    ),
    ...(gathered.databasesOf.get(component) ?? []).map((name) =>
      slowStatements(component, name, gathered.statements.get(name)!),
    ),
  ]
  const unjudged = [
    ...unanswered(now),
    ...queries.flatMap(unknownQuery),
    ...(runs?.unknown ?? []),
    ...resources.flatMap((reading) => reading.unknown),
    ...judged.flatMap(({ unknown }) => unknown),
    ...outOfMemory
      .filter(({ kind }) => kind === 'unknown')
      .map(({ says }) => ({ what: 'of what memory ran out', reason: says, howToGet: null })),
  ]
  return {
    ...{ component, measured, resources, isWhole: unjudged.length === 0 },
    mayHold: (before) =>
      mayHold(before, { measured, queries, resources, runs, outOfMemory, limits, statements: gathered.statements }),
    findings: [
      ...judged.flatMap(({ findings }) => findings),
      ...outOfMemory.flatMap(({ finding, remedies }) => (finding === null ? [] : [{ ...finding, remedies }])),
      ...memoryFindings(resources, runs, workload, atMs),
      ...resources.flatMap((reading) => usedUp(reading, workload, atMs)),
    ],
    unknown: [...unsaid(now), ...unjudged, ...unconfigured(now, resources, runs)],
  }
}

const isSame = (a: Reference, b: Reference): boolean =>
  a.kind === b.kind && a.namespace === b.namespace && a.name === b.name

/** What sources could not say. Of percentiles the 95th is the one that is judged; and a component that its users' requests
 *  are known of needs no check. */
function unsaid(now: readonly Measures[]): readonly Unknown[] {
  const isKnownOfUsers = now.some(({ source, p95Ms }) => source === 'prometheus' && p95Ms !== null)
  return now
    .filter((each) => !isUnanswered(each) && !(isKnownOfUsers && each.source === 'checks' && each.count === null))
    .flatMap(namedUnknown)
}

/** A histogram is configured, and tells no response times: then other sources do not stand for it. */
const isUnanswered = ({ source, p95Ms }: Measures): boolean => source === 'prometheus' && p95Ms === null

const unanswered = (now: readonly Measures[]): readonly Unknown[] => now.filter(isUnanswered).flatMap(namedUnknown)

const namedUnknown = ({ source, unknown }: Measures): readonly Unknown[] =>
  unknown
    .filter(({ what }) => what !== 'p50' && what !== 'p99')
    .map((each) => ({ ...each, what: `${each.what} by ${sourceText[source]}` }))

/** Queries of resources tell theirs with their readings. */
function unknownQuery({ name, measures, unknown }: QueryReading): readonly Unknown[] {
  const isOfRequests = measures === 'throughput' || measures === 'errors'
  if (!isOfRequests || unknown === null) return []
  return [{ what: `query ${name}`, reason: unknown, howToGet: null }]
}

/** How often memory ran out of a container. */
function withErrors(reading: ResourceReading, outOfMemory: Gathered['outOfMemory']): ResourceReading {
  if (reading.resource !== 'memory') return reading
  return {
    ...reading,
    errors: outOfMemory.filter(({ container }) => container === reading.name || container === '').length,
  }
}

function memoryFindings(
  resources: readonly ResourceReading[],
  runs: MeasuredWorkload | null,
  workload: Reference | null,
  atMs: number,
): readonly Finding[] {
  return resources.flatMap((reading) => {
    const { memory, name } = reading
    const uses = runs?.uses.find((each) => each.container.name === name)
    if (memory === null || uses === undefined || workload === null) return []
    return highMemory({ ...reading, memory }, { ...uses, workload }, atMs)
  })
}

/** What nothing in the configuration would measure. */
function unconfigured(
  now: readonly Measures[],
  resources: readonly ResourceReading[],
  runs: MeasuredWorkload | null,
): readonly Unknown[] {
  const isOfUsers = now.some(({ source }) => source === 'prometheus')
  const isOfResources = runs !== null || resources.length > 0
  const isThrottlingKnown = resources.some(({ resource, saturation }) => resource === 'cpu' && saturation !== null)
  return [
    ...(isOfUsers
      ? []
      : [
          {
            what: 'requests of users: how many, and how long they take',
            reason: 'no histogram of it is configured',
            howToGet: 'Name one under infra.performance.histograms',
          },
        ]),
    ...(isOfResources
      ? []
      : [
          {
            what: 'CPU and memory',
            reason: 'it is not known what runs it',
            howToGet: 'Set targets.kubernetes of it, or give queries under infra.performance.queries',
          },
        ]),
    ...(runs === null || isThrottlingKnown
      ? []
      : [
          {
            what: 'whether work waits for CPU',
            reason: 'metrics.k8s.io does not tell how much its containers are throttled',
            howToGet: 'Give a query of saturation with resource: cpu under infra.performance.queries',
          },
        ]),
  ]
}
