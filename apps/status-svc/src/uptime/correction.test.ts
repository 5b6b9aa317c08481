import type { ExplainedInterval } from '../status/ledger.ts'
import { effectiveIntervals, type Correction } from './correction.ts'

const recorded = (fromMs: number, toMs: number | null, status: ExplainedInterval['status']): ExplainedInterval => ({
  num: 1,
  fromMs,
  toMs,
  status,
  isFlapping: false,
  failure: { code: 'refused', sentence: 'connection refused', detail: '10.0.0.1' },
  causeNum: null,
  causedBy: 'db',
})

const aCorrection = (seq: number, fromMs: number, toMs: number, status: Correction['status']): Correction => ({
  id: `c${seq}`,
  seq,
  num: 1,
  fromMs,
  toMs,
  status,
  reason: 'probe was misconfigured',
  authorId: 'p1',
  authorName: 'Ada',
  createdAtMs: 99,
})

const summary = (list: ReturnType<typeof effectiveIntervals>) =>
  list.map(({ fromMs, toMs, status, corrected }) => [fromMs, toMs, status, corrected?.originalStatus ?? null])

test('a correction replaces what was recorded, and tells what that was', () => {
  const ledger = [recorded(0, 10, 'operational'), recorded(10, null, 'outage')]
  expect(summary(effectiveIntervals(ledger, [aCorrection(1, 5, 20, 'maintenance')], 30))).toEqual([
    [0, 5, 'operational', null],
    [5, 10, 'maintenance', 'operational'],
    [10, 20, 'maintenance', 'outage'],
    [20, 30, 'outage', null],
  ])
})

test('of two corrections the later made one holds, and the original stays what was recorded', () => {
  const corrections = [aCorrection(2, 0, 5, 'degraded'), aCorrection(1, 0, 10, 'operational')]
  expect(summary(effectiveIntervals([recorded(0, 10, 'outage')], corrections, 30))).toEqual([
    [0, 5, 'degraded', 'outage'],
    [5, 10, 'operational', 'outage'],
  ])
})

test('a corrected stretch does not keep the error or the cause of what was wrong', () => {
  const [corrected] = effectiveIntervals([recorded(0, 10, 'outage')], [aCorrection(1, 0, 10, 'operational')], 30)
  expect(corrected).toMatchObject({ error: null, causedBy: null })
})

test('a correction invents nothing where nothing was recorded', () => {
  expect(effectiveIntervals([], [aCorrection(1, 0, 10, 'operational')], 30)).toEqual([])
})
