import { componentSchema } from '@akashic/config'
import fc from 'fast-check'
import { namedChecks } from '../component/check-names.ts'
import { advance, expire, unmeasured, type ComponentState, type IntervalStart } from './advance.ts'
import type { CheckVerdict, Verdict } from './check-verdict.ts'
import { holdsForMs } from './verdict-record.ts'

const start = Date.parse('2026-03-01T00:00:00Z')
const minute = 60_000
const hour = 60 * minute
const checks = namedChecks(
  componentSchema.parse({
    id: 'web',
    name: 'Web',
    checks: [
      { kind: 'tcp', name: 'a', host: 'example.org', port: 80 },
      { kind: 'tcp', name: 'b', host: 'example.org', port: 443 },
    ],
  }),
)
const one = checks.slice(0, 1)

const said = (verdict: Verdict, atMs: number, more: Partial<CheckVerdict> = {}): CheckVerdict => ({
  componentId: 'web',
  checkId: 'web/a',
  verdict,
  atMs,
  sinceMs: atMs,
  latencyMs: 5,
  isFlapping: false,
  ...more,
})

/** Folds verdicts of one check over a component that began at `start`. */
function after(...verdicts: readonly CheckVerdict[]): { state: ComponentState; starts: IntervalStart[] } {
  const nowMs = Math.max(...verdicts.map((verdict) => verdict.atMs))
  return verdicts.reduce<{ state: ComponentState; starts: IntervalStart[] }>(
    (so, verdict) => {
      const next = advance(so.state, one, verdict, nowMs)
      return { state: next.state, starts: [...so.starts, ...next.starts] }
    },
    { state: unmeasured(start), starts: [] },
  )
}

const summary = (starts: readonly IntervalStart[]) =>
  starts.map(({ fromMs, status }) => [(fromMs - start) / minute, status])

test('an outage starts with the first failure that belongs to it, not when the threshold was met', () => {
  const { state, starts } = after(
    said('operational', start + minute),
    said('outage', start + 3 * minute, { sinceMs: start + 2 * minute }),
  )
  expect(summary(starts)).toEqual([
    [1, 'operational'],
    [2, 'outage'],
  ])
  expect(state).toMatchObject({ status: 'outage', sinceMs: start + 2 * minute })
})

test('an interval never starts before the one that it follows', () => {
  const { starts } = after(
    said('operational', start + 5 * minute),
    said('outage', start + 6 * minute, { sinceMs: start }),
  )
  expect(summary(starts)).toEqual([
    [5, 'operational'],
    [5, 'outage'],
  ])
})

test('the same verdict again changes when it was checked, and nothing in the ledger', () => {
  const { state, starts } = after(said('operational', start + minute), said('operational', start + 2 * minute))
  expect(starts).toHaveLength(1)
  expect(state).toMatchObject({ sinceMs: start + minute, lastCheckedMs: start + 2 * minute })
})

test('results older than those known change nothing', () => {
  const { state, starts } = after(said('operational', start + 2 * minute), said('outage', start + minute))
  expect(state.status).toBe('operational')
  expect(starts).toHaveLength(1)
})

test('time without results is unknown from the last result on, although the same verdict comes back', () => {
  const { starts } = after(
    said('operational', start + minute),
    said('operational', start + 60 * minute, { sinceMs: start + minute }),
  )
  expect(summary(starts)).toEqual([
    [1, 'operational'],
    [1, 'unknown'],
    [60, 'operational'],
  ])
})

test('a verdict that claims to hold since before a loss starts after it, also when the first result after it said less', () => {
  const { starts } = after(
    said('operational', start),
    said('unknown', start + 10 * minute),
    said('operational', start + 11 * minute, { sinceMs: start + 5 * minute }),
  )
  expect(summary(starts).at(-1)).toEqual([10, 'operational'])
})

test('results that come late but follow each other leave no gap, although the time was held for unknown', () => {
  const { state } = after(said('operational', start + minute))
  const lost = expire(state, one, start + 5 * minute)
  expect(summary(lost.starts)).toEqual([[1, 'unknown']])
  const late = advance(
    lost.state,
    one,
    said('operational', start + 2 * minute, { sinceMs: start + minute }),
    start + 5 * minute,
  )
  expect(summary(late.starts)).toEqual([[1, 'operational']])
})

test('a component with a check that has not run yet is unknown until it has', () => {
  const first = advance(unmeasured(start), checks, said('operational', start + minute), start + minute)
  expect(first).toMatchObject({ starts: [], state: { status: 'unknown' } })
  const second = advance(
    first.state,
    checks,
    said('operational', start + 2 * minute, { checkId: 'web/b' }),
    start + 2 * minute,
  )
  expect(summary(second.starts)).toEqual([[2, 'operational']])
})

test('flapping starts and ends an interval, and the status keeps its own beginning', () => {
  const { state, starts } = after(
    said('degraded', start + minute),
    said('degraded', start + 2 * minute, { isFlapping: true, sinceMs: start + minute }),
    said('degraded', start + 3 * minute, { sinceMs: start + minute }),
  )
  expect(starts.map(({ isFlapping }) => isFlapping)).toEqual([false, true, false])
  expect(state.sinceMs).toBe(start + minute)
})

test('a verdict of a check that is gone is dropped', () => {
  const dropped = advance(
    unmeasured(start),
    one,
    said('outage', start + minute, { checkId: 'web/gone' }),
    start + minute,
  )
  expect(dropped).toMatchObject({ starts: [], state: { status: 'unknown' } })
})

test('a result dated a day ahead counts for nothing once the clock is right again, and the time since is unknown', () => {
  const known = after(said('operational', start + minute), said('operational', start + 24 * hour))
  expect(summary(known.starts)).toEqual([
    [1, 'operational'],
    [1, 'unknown'],
    [1_440, 'operational'],
  ])
  const nowMs = start + 10 * minute
  const set = advance(known.state, one, said('outage', nowMs), nowMs)
  expect(summary(set.starts)).toEqual([
    [10, 'unknown'],
    [10, 'outage'],
  ])
  expect(set.state).toMatchObject({ status: 'outage', sinceMs: nowMs, openedMs: nowMs, lastCheckedMs: nowMs })
  expect(set.state.staleAtMs).toBe(nowMs + holdsForMs(one[0]!.spec))
})

test('the clock of another replica may be some seconds ahead: what it found stays', () => {
  const { state } = after(said('operational', start + minute))
  const nowMs = start + minute - 4_000
  expect(advance(state, one, said('outage', nowMs), nowMs)).toEqual({ state, starts: [] })
})

const anyVerdict = fc.constantFrom<Verdict>('operational', 'degraded', 'outage', 'unknown')
const anyRun = fc.array(
  fc.record({ verdict: anyVerdict, afterMs: fc.integer({ min: 0, max: 10 * minute }), backMs: fc.nat(3 * minute) }),
  { minLength: 1, maxLength: 20 },
)

test('whatever comes, the ledger goes forward, and no time farther from a result than it holds is known', () => {
  fc.assert(
    fc.property(anyRun, (run) => {
      let atMs = start
      const verdicts = run.map(({ verdict, afterMs, backMs }) =>
        said(verdict, (atMs += afterMs), { sinceMs: atMs - backMs }),
      )
      const { starts } = after(...verdicts)
      const times = starts.map((interval) => interval.fromMs)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      for (let i = 1; i < verdicts.length; i++) {
        const [before, next] = [verdicts[i - 1]!.atMs, verdicts[i]!.atMs]
        if (next - before <= holdsForMs(one[0]!.spec)) continue
        const middle = (before + next) / 2
        expect(starts.findLast((interval) => interval.fromMs <= middle)?.status ?? 'unknown').toBe('unknown')
      }
    }),
    { numRuns: 1_000 },
  )
})
