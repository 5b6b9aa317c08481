import fc from 'fast-check'
import { componentStatuses } from '../status/component-status.ts'
import { impactOf, worse } from './impact.ts'
import { impacts } from './incident.ts'

const componentStatus = fc.constantFrom(...componentStatuses)
const damaged = fc.record({ critical: fc.boolean(), worstStatus: componentStatus })

describe('impact', () => {
  test.each([
    [true, 'outage', 'critical'],
    [true, 'partial_outage', 'major'],
    [false, 'outage', 'major'],
    [false, 'partial_outage', 'minor'],
    [true, 'degraded', 'minor'],
    [false, 'degraded', 'minor'],
    [true, 'unknown', 'none'],
    [true, 'maintenance', 'none'],
  ] as const)('of a component (critical: %s) in %s is %s', (critical, worstStatus, impact) => {
    expect(impactOf([{ critical, worstStatus }])).toBe(impact)
  })

  test('never shrinks with one more component or a worse status, and does not ask for their order', () => {
    fc.assert(
      fc.property(fc.array(damaged), damaged, componentStatus, (components, one, other) => {
        const rank = (all: readonly (typeof one)[]) => impacts.indexOf(impactOf(all))
        expect(rank([...components, one])).toBeGreaterThanOrEqual(rank(components))
        expect(rank([...components, one])).toBe(rank([one, ...components.toReversed()]))
        const worsened = { ...one, worstStatus: worse(one.worstStatus, other) }
        expect(rank([...components, worsened])).toBeGreaterThanOrEqual(rank([...components, one]))
      }),
    )
  })
})
