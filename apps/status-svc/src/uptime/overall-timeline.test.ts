import fc from 'fast-check'
import { componentStatuses, type ComponentStatus } from '../status/component-status.ts'
import { overallStatus } from '../status/overall-status.ts'
import { overallTimeline, type TimelinePart } from './overall-timeline.ts'

const part = (critical: boolean, ...pieces: readonly (readonly [number, number, ComponentStatus])[]): TimelinePart => ({
  critical,
  intervals: pieces.map(([fromMs, toMs, status]) => ({ fromMs, toMs, status })),
})

test('the page was down while a critical component was, whichever it was', () => {
  const timeline = overallTimeline([
    part(true, [0, 10, 'operational'], [10, 20, 'outage'], [20, 40, 'operational']),
    part(true, [0, 15, 'operational'], [15, 30, 'outage'], [30, 40, 'operational']),
  ])
  expect(timeline).toEqual([
    { fromMs: 0, toMs: 10, status: 'operational' },
    { fromMs: 10, toMs: 30, status: 'outage' },
    { fromMs: 30, toMs: 40, status: 'operational' },
  ])
})

test('a component counts only while it lived', () => {
  const timeline = overallTimeline([part(true, [0, 40, 'operational']), part(true, [20, 30, 'unknown'])])
  expect(timeline.map(({ fromMs, status }) => [fromMs, status])).toEqual([
    [0, 'operational'],
    [20, 'unknown'],
    [30, 'operational'],
  ])
})

test('where nothing lived there is nothing to tell', () => {
  expect(overallTimeline([part(true, [0, 10, 'operational'], [20, 30, 'operational'])])).toHaveLength(2)
})

const anyPart = fc.record({
  critical: fc.boolean(),
  intervals: fc
    .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom(...componentStatuses)), { maxLength: 6 })
    .map((pieces) => {
      let toMs = 0
      return pieces.map(([lengthMs, status]) => ({ fromMs: toMs, toMs: (toMs += lengthMs), status }))
    }),
})

test('at any moment it says what the rule for the present would have said then', () => {
  fc.assert(
    fc.property(fc.array(anyPart, { maxLength: 4 }), (parts) => {
      const timeline = overallTimeline(parts)
      for (let ms = 0; ms < 60; ms++) {
        const then = parts.flatMap(({ critical, intervals }) => {
          const interval = intervals.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)
          return interval ? [{ critical, status: interval.status }] : []
        })
        const told = timeline.filter(({ fromMs, toMs }) => fromMs <= ms && ms < toMs).map(({ status }) => status)
        expect(told).toEqual(then.length > 0 ? [overallStatus(then)] : [])
      }
    }),
  )
})
