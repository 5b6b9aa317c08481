import type { HistogramSpec, PerformanceSettings, QuerySpec } from '@akashic/config'
import type { OutboundRules } from '@akashic/shared/outbound'
import { compareOver, type Compared } from '../comparison.ts'
import { fewAtOnce } from '../few-at-once.ts'
import type { Spans } from '../spans.ts'
import { measureHistogram } from './measure-histogram.ts'
import { measureQuery, type QueryReading } from './measure-query.ts'
import { createPrometheus } from './prometheus.ts'

const atOnce = 2

export interface PrometheusMeasures {
  readonly histograms: readonly Compared[]
  readonly queries: readonly Compared<QueryReading>[]
}

/** Asks the Prometheus of the configuration for all that it knows of some components. */
export async function measurePrometheus(
  { prometheus: settings, histograms, queries }: PerformanceSettings,
  spansOfComponent: ReadonlyMap<string, Spans>,
  rules: () => OutboundRules,
  signal: AbortSignal,
): Promise<PrometheusMeasures> {
  if (settings === undefined) return { histograms: [], queries: [] }
  const prometheus = createPrometheus(settings, rules)
  const wanted = <Spec extends HistogramSpec | QuerySpec>(specs: readonly Spec[]) =>
    specs.flatMap((spec) => {
      const spans = spansOfComponent.get(spec.component)
      return spans === undefined ? [] : [{ spec, spans }]
    })
  try {
    return {
      histograms: await fewAtOnce(wanted(histograms), atOnce, ({ spec, spans }) =>
        compareOver(spans, (span) => measureHistogram(prometheus, spec, span, signal)),
      ),
      queries: await fewAtOnce(wanted(queries), atOnce, ({ spec, spans }) =>
        compareOver(spans, (span) => measureQuery(prometheus, spec, span, signal)),
      ),
    }
  } finally {
    await prometheus.close()
  }
}
