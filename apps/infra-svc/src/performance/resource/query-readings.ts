import type { Compared } from '../comparison.ts'
import type { QueryReading } from '../source/measure-query.ts'
import type { ResourceReading } from './resource-reading.ts'

const parts = { utilisation: 'utilisation', saturation: 'saturation', resource_errors: 'errors' } as const

/** What the queries of a component say of its resources, one reading a query. */
export function queryReadings(
  queries: readonly Compared<QueryReading>[],
  component: string,
): readonly ResourceReading[] {
  return queries.flatMap(({ now, comparisons }): ResourceReading[] => {
    const { measures, name, resource, value } = now
    if (now.component !== component || measures === 'throughput' || measures === 'errors') return []
    return [
      {
        ...{ component, resource, source: 'prometheus', name, unit: null },
        ...{ used: null, usedBy: null, request: null, limit: null },
        ...{ utilisation: null, saturation: null, errors: null, [parts[measures]]: value },
        comparisons: comparisons.map((each) => ({
          ...{ to: each.to, now: each.now.value, then: each.then?.value ?? null },
          unknown: each.unknown ?? each.then?.unknown ?? null,
        })),
        memory: null,
        unknown: now.unknown === null ? [] : [{ what: `query ${name}`, reason: now.unknown, howToGet: null }],
      },
    ]
  })
}
