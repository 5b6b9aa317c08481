import { z } from 'zod'
import { componentId } from './component.ts'
import { isRecord, list, repeated, text, type CrossProblem } from './draft.ts'
import { durationBetween } from './duration.ts'
import { line } from './text.ts'

const matcher = String.raw`\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(?:=|!=|=~|!~)\s*"(?:[^"\\]|\\.)*"\s*`
const matchers = new RegExp(`^${matcher}(?:,${matcher})*$`)

/** Label matchers without braces, as `job="shop",code=~"5.."`. */
const matching = () =>
  line()
    .max(500)
    .regex(matchers, 'must be label matchers such as job="shop",code=~"5..", without braces')
    .refine((given) => !/(^|[,\s])(le|quantile)\s*[=!]/.test(given), 'must not choose by le or quantile')

const histogramSchema = z.strictObject({
  component: componentId.describe('Id of the component whose requests it counts.'),
  histogram: line()
    .max(200)
    .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'must be the name of a metric')
    .refine((name) => !/_(bucket|sum|count)$/.test(name), 'must be without _bucket, _sum or _count')
    .describe('Name of the histogram of request durations, as `http_request_duration_seconds`.'),
  type: z
    .enum(['classic', 'native'])
    .default('classic')
    .describe('`classic` has buckets with `le`; `native` is a native histogram of Prometheus.'),
  unit: z.enum(['seconds', 'milliseconds']).default('seconds').describe('Of what it measures.'),
  matching: matching().optional().describe('Which series are of the component, as `job="shop"`.'),
  failed: matching().optional().describe('Which of these are of requests that failed, as `code=~"5.."`.'),
})

const querySchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes')
    .describe('By which the report names it.'),
  component: componentId.describe('Id of the component that it measures.'),
  measures: z
    .enum(['throughput', 'errors', 'utilisation', 'saturation', 'resource_errors'])
    .describe(
      'What its value is: requests a second, failed requests a second, share of a resource that is used (0 to 1), work that waits for it, or errors of it.',
    ),
  resource: line()
    .min(1)
    .max(40)
    .default('other')
    .describe('For the last three: of which resource, as `cpu` or `disk`.'),
  query: line()
    .min(1)
    .max(2_000)
    .refine(isBalanced, 'must have as many closing brackets as opening ones')
    .describe('PromQL that gives one value; `$window` stands for the time that is looked at, as `5m`.'),
})

export const performanceSection = z.strictObject({
  window: durationBetween('5m', '24h').prefault('1h').describe('The time that the report is of.'),
  responseP95: durationBetween('1ms', '10m')
    .prefault('2s')
    .describe('A component whose 95th percentile is above it is slow.'),
  errorRatio: z.number().gt(0).max(1).default(0.05).describe('Share of failed requests from which a component fails.'),
  prometheus: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .refine((url) => !/[@?#]/.test(url), 'must have no user, query or fragment')
        .describe('Address of a Prometheus, or of what answers like one.'),
      bearer: z
        .string()
        .min(1)
        .max(4_096)
        .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters, without spaces and line breaks')
        .optional()
        .describe('Token that is sent to it; it is a secret.'),
      readyWithin: durationBetween('100ms', '30s').prefault('5s').describe('How long one answer may take.'),
    })
    .optional()
    .describe('Where queries go; without it what needs them is unknown.'),
  histograms: z
    .array(histogramSchema)
    .max(500)
    .default([])
    .describe('Histograms of request durations: response times, throughput and errors of components.'),
  queries: z.array(querySchema).max(1_000).default([]).describe('Queries of other things, by name.'),
})

export type PerformanceSettings = z.output<typeof performanceSection>
export type HistogramSpec = z.output<typeof histogramSchema>
export type QuerySpec = z.output<typeof querySchema>

/** Brackets that do not fit are told here; what else Prometheus does not understand, it says itself. */
function isBalanced(query: string): boolean {
  const open: string[] = []
  const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }
  for (const each of query.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '').match(/[()[\]{}]/g) ?? []) {
    const opening = pairs[each]
    if (opening === undefined) open.push(each)
    else if (open.pop() !== opening) return false
  }
  return open.length === 0
}

/** Finds queries that are named twice or are of components that are not there, and queries without a Prometheus. */
export function badPerformance(config: Readonly<Record<string, unknown>>): CrossProblem[] {
  const infra = isRecord(config['infra']) ? config['infra'] : {}
  const performance = isRecord(infra['performance']) ? infra['performance'] : {}
  const path = ['infra', 'performance']
  const [histograms, queries] = ['histograms', 'queries'].map((key) =>
    list(performance[key]).map((each) => (isRecord(each) ? each : {})),
  )
  const ids = new Set<unknown>(list(config['components']).map((each) => (isRecord(each) ? each['id'] : undefined)))
  const unknown = (key: string, all: readonly Readonly<Record<string, unknown>>[]) =>
    all.flatMap(({ component }, at) =>
      typeof component !== 'string' || ids.has(component)
        ? []
        : [{ path: [...path, key, at, 'component'], message: `there is no component ${component}` }],
    )
  const names = queries!.map(({ name }) => text(name))
  const measured = histograms!.map(({ component }) => text(component))
  const isAsked = histograms!.length + queries!.length > 0
  return [
    ...repeated(names).map((at) => ({
      path: [...path, 'queries', at, 'name'],
      message: `the name ${names[at]} is taken by an earlier query`,
    })),
    ...repeated(measured).map((at) => ({
      path: [...path, 'histograms', at, 'component'],
      message: `an earlier histogram is of ${measured[at]} too: percentiles of two cannot be joined`,
    })),
    ...unknown('histograms', histograms!),
    ...unknown('queries', queries!),
    ...(isAsked && performance['prometheus'] === undefined
      ? [{ path: [...path, 'prometheus'], message: 'must be given where histograms or queries are' }]
      : []),
  ]
}
