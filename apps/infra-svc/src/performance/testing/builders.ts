import type { Measures } from '../measures.ts'
import type { QueryReading } from '../source/measure-query.ts'

export const hourMs = 3_600_000
export const noon = Date.parse('2026-11-20T12:00:00Z')

/** For tests: a component that was measured whole over the hour before noon, and is well. */
export function someMeasures(partial: Partial<Measures> = {}): Measures {
  return {
    ...{ component: 'shop', source: 'prometheus', method: 'classic histogram' },
    ...{ span: { fromMs: noon - hourMs, toMs: noon }, count: 7_200, perSecond: 2, failedRatio: 0, failedPerSecond: 0 },
    ...{ p50Ms: 50, p95Ms: 200, p99Ms: 400, meanMs: 80, atLeast: [], unknown: [] },
    ...partial,
  }
}

/** For tests: what a query of the component gave. */
export const aQuery = (name: string, measures: QueryReading['measures'], value: number | null): QueryReading => ({
  ...{ name, component: 'shop', measures, resource: 'other', value, unknown: null },
})
