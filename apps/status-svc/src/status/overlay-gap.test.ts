import fc from 'fast-check'
import type { ComponentStatus } from './component-status.ts'
import type { LedgerInterval } from './ledger-store.ts'
import { overlayGap } from './overlay-gap.ts'
import { unmeasured } from './advance.ts'

const anInterval = (fromMs: number, toMs: number | null, status: ComponentStatus = 'operational'): LedgerInterval => ({
  num: 1,
  fromMs,
  toMs,
  status,
  isFlapping: false,
  failure: null,
  causeNum: null,
})
const wellAfter = { ...unmeasured(0), status: 'operational' as const }
const summary = (intervals: readonly LedgerInterval[]) =>
  intervals.map(({ fromMs, toMs, status }) => [fromMs, toMs, status])

test('a gap is cut out of the interval that lasts, which goes on after it', () => {
  expect(summary(overlayGap([anInterval(0, null)], { fromMs: 10, toMs: 20 }, wellAfter))).toEqual([
    [0, 10, 'operational'],
    [10, 20, 'unknown'],
    [20, null, 'operational'],
  ])
})

test('after the gap a component is what its last results still say', () => {
  const rewritten = overlayGap([anInterval(0, null, 'outage')], { fromMs: 10, toMs: 20 }, unmeasured(0))
  expect(summary(rewritten).at(-1)).toEqual([20, null, 'unknown'])
})

test('intervals that ended within the gap are shortened, those beside it stay', () => {
  const recorded = [
    anInterval(0, 12),
    anInterval(12, 15, 'outage'),
    anInterval(15, 30),
    anInterval(30, null, 'degraded'),
  ]
  expect(summary(overlayGap(recorded, { fromMs: 10, toMs: 20 }, undefined))).toEqual([
    [0, 10, 'operational'],
    [10, 12, 'unknown'],
    [12, 15, 'unknown'],
    [15, 20, 'unknown'],
    [20, 30, 'operational'],
    [30, null, 'degraded'],
  ])
})

test('whatever was recorded, the gap is unknown, the rest is as it was, and nothing overlaps or is left out', () => {
  const anyLedger = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.constantFrom<ComponentStatus>('operational', 'outage')), {
      minLength: 1,
      maxLength: 6,
    })
    .map((pieces) => {
      let fromMs = 0
      return pieces.map(([lengthMs, status], i) => {
        const interval = anInterval(fromMs, i === pieces.length - 1 ? null : fromMs + lengthMs, status)
        fromMs += lengthMs
        return interval
      })
    })
  fc.assert(
    fc.property(anyLedger, fc.nat(120), fc.integer({ min: 1, max: 60 }), (recorded, fromMs, lengthMs) => {
      const gap = { fromMs, toMs: fromMs + lengthMs }
      const rewritten = overlayGap(recorded, gap, undefined)
      for (let i = 1; i < rewritten.length; i++) expect(rewritten[i]!.fromMs).toBe(rewritten[i - 1]!.toMs)
      expect(rewritten.at(-1)!.toMs).toBeNull()
      const at = (ledger: readonly LedgerInterval[], ms: number) =>
        ledger.findLast((interval) => interval.fromMs <= ms)?.status
      for (let ms = 0; ms < 200; ms++) {
        expect(at(rewritten, ms)).toBe(ms >= gap.fromMs && ms < gap.toMs ? 'unknown' : at(recorded, ms))
      }
    }),
  )
})
