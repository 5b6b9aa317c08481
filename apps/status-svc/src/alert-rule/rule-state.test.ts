import fc from 'fast-check'
import { nextState, type Condition, type RuleState, type RuleTimes } from './rule-state.ts'

const minute = 60_000
const anyTimes = fc.record({ for: fc.nat(10).map(minutes), keepFiringFor: fc.nat(10).map(minutes) })
const anyCondition = fc.constantFrom<Condition>('holds', 'fails', 'unknown')
const anyLife = fc.array(fc.record({ afterMs: fc.integer({ min: 1, max: 5 }).map(minutes), condition: anyCondition }), {
  maxLength: 40,
})

function minutes(count: number): number {
  return count * minute
}

interface Seen {
  readonly atMs: number
  readonly condition: Condition
  readonly state: RuleState | null
}

function live(life: readonly { afterMs: number; condition: Condition }[], times: RuleTimes): Seen[] {
  let [atMs, state] = [0, null as RuleState | null]
  return life.map(({ afterMs, condition }) => {
    atMs += afterMs
    state = nextState(state, condition, times, atMs)
    return { atMs, condition, state }
  })
}

const stageOf = (state: RuleState | null) =>
  state === null ? 'inactive' : state.firingSinceMs === null ? 'pending' : 'firing'

test('a rule pends, fires when it has held long enough, goes on for a while after it held last, and is inactive again', () => {
  const times = { for: 2 * minute, keepFiringFor: 3 * minute }
  const life = (['holds', 'holds', 'holds', 'fails', 'fails', 'fails', 'fails'] as const).map((condition) => ({
    condition,
    afterMs: minute,
  }))
  expect(live(life, times).map(({ state }) => stageOf(state))).toEqual([
    'pending',
    'pending',
    'firing',
    'firing',
    'firing',
    'inactive',
    'inactive',
  ])
})

test('without a time to hold it fires at once, and without a time to go on it ends at once', () => {
  const times = { for: 0, keepFiringFor: 0 }
  const firing = nextState(null, 'holds', times, minute)
  expect(firing).toEqual({ sinceMs: minute, lastHeldMs: minute, firingSinceMs: minute })
  expect(nextState(firing, 'fails', times, 2 * minute)).toBeNull()
})

test('its stages come in their order: none is left out, and none goes back but to inactive', () => {
  const follows = {
    inactive: ['inactive', 'pending'],
    pending: ['pending', 'firing', 'inactive'],
    firing: ['firing', 'inactive'],
  }
  fc.assert(
    fc.property(anyTimes, anyLife, (times, life) => {
      let stage: keyof typeof follows = 'inactive'
      for (const { state } of live(life, { ...times, for: times.for + minute })) {
        expect(follows[stage]).toContain(stageOf(state))
        stage = stageOf(state)
      }
    }),
  )
})

test('it never fires before it has held for as long as is asked, with nothing seen to the contrary', () => {
  fc.assert(
    fc.property(anyTimes, anyLife, (times, life) => {
      const seen = live(life, times)
      seen.forEach(({ state }, i) => {
        if (state === null || state.firingSinceMs === null) return
        expect(state.firingSinceMs - state.sinceMs).toBeGreaterThanOrEqual(times.for)
        const { sinceMs, firingSinceMs } = state
        const meanwhile = seen.slice(0, i + 1).filter(({ atMs }) => atMs >= sinceMs && atMs <= firingSinceMs)
        expect(meanwhile.map(({ condition }) => condition)).not.toContain('fails')
      })
    }),
  )
})

test('flaps that are shorter than it goes on do not end it', () => {
  fc.assert(
    fc.property(anyTimes, anyLife, (times, life) => {
      let before: RuleState | null = null
      for (const { atMs, state } of live(life, times)) {
        const isWithin =
          before !== null && before.firingSinceMs !== null && atMs - before.lastHeldMs < times.keepFiringFor
        if (isWithin) expect(state?.firingSinceMs).toBe(before!.firingSinceMs)
        before = state
      }
    }),
  )
})

test('it ends once it has not held for as long as it goes on', () => {
  fc.assert(
    fc.property(anyTimes, anyLife, (times, life) => {
      for (const { atMs, condition, state } of live(life, times)) {
        if (condition === 'fails' && state) expect(atMs - state.lastHeldMs).toBeLessThan(times.keepFiringFor)
      }
    }),
  )
})

test('what could not be measured changes nothing', () => {
  fc.assert(
    fc.property(anyTimes, anyLife, fc.nat(1e9), (times, life, laterMs) => {
      const last = live(life, times).at(-1)
      const state = last?.state ?? null
      expect(nextState(state, 'unknown', times, (last?.atMs ?? 0) + laterMs)).toBe(state)
    }),
  )
})

test('a clock that was set back keeps it neither pending nor firing', () => {
  const times = { for: minute, keepFiringFor: minute }
  const pending = nextState(null, 'holds', times, 1_000 * minute)
  const again = nextState(pending, 'holds', times, 0)
  const firing = nextState(again, 'holds', times, minute)
  expect(stageOf(firing)).toBe('firing')
  const ahead = { ...firing!, lastHeldMs: 1_000 * minute }
  expect(nextState(nextState(ahead, 'fails', times, minute), 'fails', times, 2 * minute)).toBeNull()
})
