import fc from 'fast-check'
import type { Verdict } from '../status/check-verdict.ts'
import { blinded, isContrary, judge, severityOf, unjudged, type CheckState, type Thresholds } from './judge.ts'
import { blindFailure } from './vision.ts'

const usual: Thresholds = { failureThreshold: 3, successThreshold: 2 }
const minute = 60_000

function letters(results: string): Verdict[] {
  const meaning: Record<string, Verdict> = {
    o: 'operational',
    d: 'degraded',
    p: 'partial_outage',
    x: 'outage',
    u: 'unknown',
  }
  return [...results].map((letter) => meaning[letter]!)
}

/** State after results that come a minute apart, the first at 0. */
function after(results: string, thresholds = usual, prior?: CheckState): CheckState {
  return letters(results).reduce(
    (state, outcome, i) =>
      judge(
        state,
        {
          outcome,
          atMs: i * minute,
          ...(outcome !== 'operational' && { failure: { code: outcome, sentence: outcome, detail: outcome } }),
        },
        thresholds,
      ),
    prior ?? unjudged(-1),
  )
}

test.each([
  ['', 'unknown', -1],
  ['o', 'operational', 0],
  ['x', 'unknown', -1],
  ['xxx', 'outage', 0],
  ['oxx', 'operational', 0],
  ['oxxx', 'outage', 1],
  ['oxxox', 'operational', 0],
  ['oxdx', 'degraded', 1],
  ['oddxx', 'degraded', 1],
  ['oddxxx', 'outage', 3],
  ['xxxo', 'outage', 0],
  ['xxxoo', 'operational', 3],
  ['xxxoxo', 'outage', 0],
  ['xxxod', 'degraded', 3],
  ['xxxdoo', 'operational', 4],
  ['ouu', 'operational', 0],
  ['ouuu', 'unknown', 1],
  ['oxxuxx', 'operational', 0],
  ['xxxuuuo', 'operational', 6],
])('after %j a check is %s since result %d', (results, verdict, sinceResult) => {
  const state = after(results)
  expect(state.verdict).toBe(verdict)
  expect(state.sinceMs).toBe(sinceResult < 0 ? sinceResult : sinceResult * minute)
})

test('a check that is told rather than made follows each word at once', () => {
  const immediate = { failureThreshold: 1, successThreshold: 1 }
  expect(after('op', immediate).verdict).toBe('partial_outage')
  expect(after('opu', immediate).verdict).toBe('unknown')
  expect(after('opuo', immediate).verdict).toBe('operational')
})

test('a verdict carries the failure that explains it, also while results begin to contradict it', () => {
  expect(after('oxxx').failure?.code).toBe('outage')
  expect(after('oxxxo').failure?.code).toBe('outage')
  expect(after('oxxxoo').failure).toBeUndefined()
  expect(after('oxx').failure).toBeUndefined()
})

test('a result that differs from the verdict is contrary, whichever way', () => {
  expect(isContrary(after('ox'), 'outage')).toBe(true)
  expect(isContrary(after('oxxx'), 'outage')).toBe(false)
  expect(isContrary(after('oxxxo'), 'operational')).toBe(true)
})

const results = fc.string({ unit: fc.constantFrom('o', 'd', 'x', 'u'), maxLength: 60 })
const thresholds = fc.record({
  failureThreshold: fc.integer({ min: 1, max: 5 }),
  successThreshold: fc.integer({ min: 1, max: 5 }),
})

test('enough equal results in a row decide, whatever came before', () => {
  fc.assert(
    fc.property(results, thresholds, fc.constantFrom('o', 'd', 'x', 'u'), (before, limits, last) => {
      const count = Math.max(limits.failureThreshold, limits.successThreshold)
      expect(after(before + last.repeat(count), limits).verdict).toBe(letters(last)[0])
    }),
  )
})

test('fewer failures in a row than the threshold never turn an operational check red', () => {
  fc.assert(
    fc.property(results, thresholds, (before, limits) => {
      fc.pre(limits.failureThreshold > 1)
      const good = after(`${before}${'o'.repeat(limits.successThreshold)}`, limits)
      expect(after('x'.repeat(limits.failureThreshold - 1), limits, good).verdict).toBe('operational')
    }),
  )
})

test('one result never makes a verdict both better and worse than any result that led to it', () => {
  fc.assert(
    fc.property(results, thresholds, (sequence, limits) => {
      const severity = severityOf(after(sequence, limits).verdict)
      const seen = letters(sequence).map(severityOf)
      if (severity !== null) expect(seen).toContain(severity)
    }),
  )
})

test('a verdict never begins before the first result that says so, nor after the last', () => {
  fc.assert(
    fc.property(results, thresholds, (sequence, limits) => {
      fc.pre(sequence.length > 0)
      const { sinceMs, lastAtMs } = after(sequence, limits)
      expect(sinceMs).toBeLessThanOrEqual(lastAtMs!)
    }),
  )
})

describe('a blind checker', () => {
  const failure = (prior: CheckState, atMs: number) =>
    judge(prior, { outcome: 'outage', atMs, failure: { code: 'timeout', sentence: 'timed out', detail: '' } }, usual)
  const blind = (prior: CheckState, atMs: number, blindSinceMs: number) =>
    blinded(prior, failure(prior, atMs), blindSinceMs, blindFailure)

  test('knows nothing from its first failure on', () => {
    const state = blind(after('oxx'), 3 * minute, minute / 2)
    expect(state).toMatchObject({ verdict: 'unknown', sinceMs: minute, failure: { sentence: 'checker cannot see' } })
  })

  test('knows nothing of an outage either that began before it went blind', () => {
    expect(blind(after('xxxx'), 4 * minute, 3.5 * minute)).toMatchObject({ verdict: 'unknown', sinceMs: 3.5 * minute })
  })

  test('keeps the begin of its blindness over further failures', () => {
    const first = blind(after('oxx'), 3 * minute, minute)
    expect(blind(first, 4 * minute, 2 * minute).sinceMs).toBe(first.sinceMs)
  })

  test('counts failures anew once it sees again, and believes one success', () => {
    const state = blind(after('oxx'), 3 * minute, minute)
    expect(after('xx', usual, state).verdict).toBe('unknown')
    expect(after('xxx', usual, state).verdict).toBe('outage')
    expect(after('o', usual, state).verdict).toBe('operational')
  })

  test('does not make a check flap', () => {
    const prior = after('oxx')
    expect(blind(prior, 3 * minute, minute).flapping).toEqual(prior.flapping)
  })
})
