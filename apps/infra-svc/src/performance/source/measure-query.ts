import type { QuerySpec } from '@akashic/config'
import type { Span } from '../measures.ts'
import type { Prometheus } from './prometheus.ts'

/** The value of a query of the configuration; null where there is none, and why. */
export interface QueryReading extends Pick<QuerySpec, 'name' | 'component' | 'measures' | 'resource'> {
  readonly value: number | null
  readonly unknown: string | null
}

export async function measureQuery(
  prometheus: Prometheus,
  { name, component, measures, resource, query }: QuerySpec,
  span: Span,
  signal: AbortSignal,
): Promise<QueryReading> {
  const about = { name, component, measures, resource }
  const window = `${Math.round((span.toMs - span.fromMs) / 1_000)}s`
  const { series, problem } = await prometheus.ask(query.replaceAll('$window', window), span.toMs, signal)
  if (series === null) return { ...about, value: null, unknown: problem }
  const [only] = series
  if (only === undefined) return { ...about, value: null, unknown: 'the query gives no value' }
  if (series.length > 1)
    return { ...about, value: null, unknown: `the query gives ${series.length} series: add them up, or choose one` }
  const wrong = whyWrong(measures, only.value)
  return { ...about, value: wrong === null ? only.value : null, unknown: wrong }
}

/** A little more than all may be told where use and what there is are measured apart; much more is a percentage. */
const mostUsed = 1.5

function whyWrong(measures: QuerySpec['measures'], value: number): string | null {
  if (!Number.isFinite(value)) return `the query gives ${Number.isNaN(value) ? 'NaN' : 'infinity'}`
  if (value < 0) return `the query gives ${value}, which cannot be`
  if (measures === 'utilisation' && value > mostUsed)
    return `the query gives ${value}: a share is 0 to 1; divide by 100?`
  return null
}
