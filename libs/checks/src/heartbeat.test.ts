import fc from 'fast-check'
import { evaluateHeartbeat } from './heartbeat.ts'

const spec = { interval: 60_000, grace: 10_000 }
const at = (silentMs: number) => evaluateHeartbeat(spec, 1_000_000, 0, 1_000_000 + silentMs)

test('a job is on time until interval and grace are over, then late, then missed after a second interval', () => {
  expect(at(70_000)).toMatchObject({ outcome: 'operational', neverAnswered: false })
  expect(at(70_001)).toMatchObject({ outcome: 'degraded', failure: { code: 'late', sentence: 'heartbeat late' } })
  expect(at(130_000)).toMatchObject({ outcome: 'degraded' })
  expect(at(130_001)).toMatchObject({ outcome: 'outage', failure: { code: 'missed', sentence: 'heartbeat missed' } })
})

test('a job that never called is unknown while it may still be waited for, never operational', () => {
  const never = (silentMs: number) => evaluateHeartbeat(spec, null, 1_000_000, 1_000_000 + silentMs)
  expect(never(70_000)).toMatchObject({ outcome: 'unknown', failure: { sentence: 'no heartbeat yet' } })
  expect(never(70_001)).toMatchObject({ outcome: 'degraded' })
  expect(never(130_001)).toMatchObject({ outcome: 'outage' })
})

test('silence never makes a job healthier', () => {
  const severity = { operational: 0, unknown: 0, degraded: 1, outage: 2 }
  const ms = fc.integer({ min: 0, max: 10_000_000 })
  fc.assert(
    fc.property(
      fc.option(ms),
      ms,
      ms,
      fc.integer({ min: 1, max: 1_000_000 }),
      ms,
      (last, silent, more, interval, grace) => {
        const judge = (now: number) => severity[evaluateHeartbeat({ interval, grace }, last, 0, now).outcome]
        const now = (last ?? 0) + silent
        expect(judge(now + more)).toBeGreaterThanOrEqual(judge(now))
      },
    ),
  )
})
