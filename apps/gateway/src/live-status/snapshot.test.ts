import fc from 'fast-check'
import { aComponent, aMessage } from '../testing/scripted-status-service.ts'
import { applyMessage } from './snapshot.ts'

const component = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    status: fc.constantFrom('STATUS_OPERATIONAL' as const, 'STATUS_OUTAGE' as const, 'STATUS_UNKNOWN' as const),
    position: fc.nat(3),
  })
  .map(aComponent)
const components = fc.uniqueArray(component, { selector: ({ id }) => id })

test('a full message replaces everything, whatever was known before', () => {
  fc.assert(
    fc.property(components, components, (before, after) => {
      const full = aMessage({ isFull: true, components: after })
      const known = applyMessage(null, aMessage({ isFull: true, components: before }), 1)
      expect(applyMessage(known, full, 1)).toEqual(applyMessage(null, full, 1))
    }),
  )
})

test('changes one by one lead to the same picture as one full message', () => {
  fc.assert(
    fc.property(
      components,
      fc.array(fc.tuple(components, fc.subarray(['a', 'b', 'c'])), { maxLength: 5 }),
      (first, later) => {
        const truth = new Map(first.map((c) => [c.id, c]))
        let snapshot = applyMessage(null, aMessage({ isFull: true, components: first, generatedAtMs: 1 }), 1)
        later.forEach(([changed, removed], i) => {
          const removedIds = removed.filter((id) => !changed.some((c) => c.id === id))
          for (const id of removedIds) truth.delete(id)
          for (const c of changed) truth.set(c.id, c)
          snapshot = applyMessage(snapshot, aMessage({ components: changed, removedIds, generatedAtMs: i + 2 }), 1)
        })
        const whole = applyMessage(null, aMessage({ isFull: true, components: [...truth.values()] }), 1)
        expect(snapshot.components).toEqual(whole.components)
      },
    ),
  )
})

test('a message without news moves nothing but the time up to which the picture holds', () => {
  const first = applyMessage(
    null,
    aMessage({ isFull: true, components: [aComponent({ id: 'a' })], generatedAtMs: 5 }),
    10,
  )
  const second = applyMessage(first, aMessage({ generatedAtMs: 5 }), 20)
  expect(second).toEqual({ ...first, asOfMs: 20 })
  expect(second.components).toBe(first.components)
})

test('what was not told is unknown, never zero', () => {
  const { components: shown, uptime } = applyMessage(
    null,
    aMessage({
      isFull: true,
      uptime: null,
      components: [
        aComponent({
          id: 'a',
          status: 'STATUS_UNSPECIFIED',
          responseTimeMs: undefined,
          visibility: 'VISIBILITY_UNSPECIFIED',
        }),
      ],
    }),
    1,
  )
  expect(shown[0]).toMatchObject({ status: 'unknown', responseTimeMs: null, visibility: 'internal' })
  expect(uptime.last7d).toEqual({ ratio: null, knownMs: 0, unknownMs: 604_800_000, downMs: 0, maintenanceMs: 0 })
})

test('a stream that does not begin with everything is not believed', () => {
  expect(() => applyMessage(null, aMessage({ components: [aComponent({ id: 'a' })] }), 1)).toThrow(/must be full/)
})
