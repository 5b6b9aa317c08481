import * as fc from 'fast-check'
import { kinds, resourceTypes } from './resources.ts'

const anything = fc.anything({ withNullPrototype: false, maxDepth: 3 })
const fields = [
  'metadata',
  'spec',
  'status',
  'data',
  'webhooks',
  'endpoints',
  'involvedObject',
  'ports',
  'series',
] as const
const damaged = fc.record(Object.fromEntries(fields.map((name) => [name, anything])), { requiredKeys: [] })
const inner = fc.record({
  metadata: fc.record(
    { name: fc.string(), labels: anything, ownerReferences: fc.array(anything), managedFields: fc.array(anything) },
    { requiredKeys: [] },
  ),
  spec: fc.record(
    {
      containers: fc.array(anything),
      volumes: fc.array(anything),
      template: anything,
      metrics: fc.array(anything),
      ingress: fc.array(anything),
      rules: fc.array(anything),
      selector: anything,
      tls: fc.array(anything),
    },
    { requiredKeys: [] },
  ),
  status: fc.record(
    { conditions: fc.array(anything), containerStatuses: fc.array(anything), podIPs: fc.array(anything) },
    { requiredKeys: [] },
  ),
})

describe.each(kinds)('what is kept of a %s', (kind) => {
  test('is read from objects whose fields are missing or of other types', () => {
    fc.assert(
      fc.property(fc.oneof(damaged, inner, anything), (raw) => {
        expect(resourceTypes[kind].trim(raw, (text) => text).kind).toBe(kind)
      }),
      { numRuns: 60 },
    )
  })
})
