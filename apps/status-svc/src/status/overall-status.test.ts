import fc from 'fast-check'
import { componentStatuses, type ComponentStatus } from './component-status.ts'
import { overallStatus, OverallTally, type OverallStatus, type Weighed } from './overall-status.ts'

const critical = (status: ComponentStatus): Weighed => ({ critical: true, status })
const minor = (status: ComponentStatus): Weighed => ({ critical: false, status })

const anyComponent = fc.record({ critical: fc.boolean(), status: fc.constantFrom(...componentStatuses) })
const anyPage = fc.array(anyComponent, { maxLength: 8 })
const badness: readonly OverallStatus[] = ['operational', 'unknown', 'degraded', 'outage']

test('a critical outage is an outage of the whole', () => {
  expect(overallStatus([critical('operational'), critical('outage')])).toBe('outage')
})

test('a critical component that is degraded or partly out, or any other one that is out, degrades the whole', () => {
  expect(overallStatus([critical('degraded')])).toBe('degraded')
  expect(overallStatus([critical('partial_outage')])).toBe('degraded')
  expect(overallStatus([critical('operational'), minor('outage')])).toBe('degraded')
})

test('a component that is not critical does not degrade the whole while it serves', () => {
  expect(overallStatus([critical('operational'), minor('degraded'), minor('partial_outage'), minor('unknown')])).toBe(
    'operational',
  )
})

test('what is known to be bad comes before what is unknown', () => {
  expect(overallStatus([critical('unknown'), minor('outage')])).toBe('degraded')
  expect(overallStatus([critical('unknown'), critical('operational')])).toBe('unknown')
})

test('a page of which nothing is known is unknown, not operational', () => {
  expect(overallStatus([])).toBe('unknown')
  expect(overallStatus([minor('unknown')])).toBe('unknown')
})

test('planned maintenance is left out', () => {
  expect(overallStatus([critical('maintenance')])).toBe('operational')
  expect(overallStatus([critical('maintenance'), critical('operational')])).toBe('operational')
  expect(overallStatus([critical('maintenance'), minor('unknown')])).toBe('operational')
})

test('the order of components does not matter', () => {
  fc.assert(fc.property(anyPage, (page) => expect(overallStatus(page.toReversed())).toBe(overallStatus(page))))
})

test('an operational component more never makes it worse', () => {
  fc.assert(
    fc.property(anyPage, fc.boolean(), (page, isCritical) => {
      const more = [...page, { critical: isCritical, status: 'operational' as const }]
      expect(badness.indexOf(overallStatus(more))).toBeLessThanOrEqual(badness.indexOf(overallStatus(page)))
    }),
  )
})

test('with an unknown critical component it is never operational', () => {
  fc.assert(
    fc.property(anyPage, (page) => expect(overallStatus([...page, critical('unknown')])).not.toBe('operational')),
  )
})

test('a component that turns worse never makes the whole better', () => {
  const worse: readonly ComponentStatus[] = ['operational', 'degraded', 'partial_outage', 'outage']
  fc.assert(
    fc.property(anyPage, fc.boolean(), fc.nat(3), fc.nat(3), (page, isCritical, one, other) => {
      const at = (step: number) => overallStatus([...page, { critical: isCritical, status: worse[step]! }])
      expect(badness.indexOf(at(Math.max(one, other)))).toBeGreaterThanOrEqual(
        badness.indexOf(at(Math.min(one, other))),
      )
    }),
  )
})

test('a tally that components left says what it would say without them', () => {
  fc.assert(
    fc.property(anyPage, anyPage, (staying, leaving) => {
      const tally = new OverallTally()
      for (const component of [...leaving, ...staying]) tally.add(component)
      for (const component of leaving) tally.remove(component)
      expect(tally.status()).toBe(overallStatus(staying))
    }),
  )
})
