import { builtInMetrics, parseSelection, type MetricType } from '../metric/metric.ts'
import { parseExpression } from '../threshold/threshold.ts'
import type { Threshold } from './load-test.ts'
import type { WrittenLoadTest } from './load-test-schema.ts'
import type { Problem } from './to-load-test.ts'

/** What a file says of thresholds. Where its form is wrong, it may be anything: that is told by the form. */
export type WrittenThresholds = Partial<Pick<WrittenLoadTest, 'metrics' | 'thresholds'>>

/** The thresholds that can be read, and what is wrong with the others. */
export function readThresholds({ metrics, thresholds }: WrittenThresholds): {
  readonly thresholds: readonly Threshold[]
  readonly problems: readonly Problem[]
} {
  const read = entriesOf(thresholds).flatMap(([selector, all]) =>
    (Array.isArray(all) ? all : []).map((each, index) => ({ selector, each, index })),
  )
  const own = new Set(entriesOf(metrics).map(([name]) => name))
  const problems: Problem[] = []
  const found = read.flatMap(({ selector, each, index }) => {
    const isText = typeof each === 'string'
    const { threshold: text, abortOnFail, delayAbortEval } = isText ? asObject(each) : (each ?? {})
    if (typeof text !== 'string') return []
    try {
      return [{ ...readThreshold(selector, text, own), abortOnFail, delayAbortMs: delayAbortEval }]
    } catch (error) {
      const path = ['thresholds', selector, index, ...(isText ? [] : ['threshold'])]
      problems.push({ path, message: (error as Error).message })
      return []
    }
  })
  return { thresholds: found, problems }
}

const asObject = (threshold: string) => ({ threshold, abortOnFail: false, delayAbortEval: 0 })

const entriesOf = <T>(given: Readonly<Record<string, T>> | undefined): readonly (readonly [string, T])[] =>
  typeof given === 'object' && given !== null ? Object.entries(given) : []

function readThreshold(
  selector: string,
  text: string,
  own: ReadonlySet<string>,
): Pick<Threshold, 'selection' | 'type' | 'expression'> {
  const selection = parseSelection(selector)
  const type = own.has(selection.metric) ? 'counter' : builtInType(selection.metric)
  if (type === undefined) {
    throw new SyntaxError(`there is no metric ${selection.metric}; name its own under \`metrics\``)
  }
  return { selection, type, expression: parseExpression(text, type) }
}

const builtInType = (metric: string): MetricType | undefined =>
  Object.hasOwn(builtInMetrics, metric) ? builtInMetrics[metric as keyof typeof builtInMetrics].type : undefined
