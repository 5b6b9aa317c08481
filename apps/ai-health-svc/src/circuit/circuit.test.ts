import fc from 'fast-check'
import type { Failure } from '../failure/failure.ts'
import {
  admissionOf,
  awaitingVerdict,
  afterBadTrial,
  afterFailure,
  afterGoodTrial,
  afterSuccess,
  closedCircuit,
  opened,
  type BreakerSettings,
  type Circuit,
} from './circuit.ts'

const settings: BreakerSettings = { failures: 3, share: 0.5, window: 10_000, cooldown: 1_000, longestCooldown: 5_000 }
const aFailure = (failureClass: Failure['class'] = 'overloaded', retryAfterMs: number | null = null): Failure => ({
  ...{ class: failureClass, message: '', code: null, status: 500, retryAfterMs },
})

test('it opens with the failure that is one too many, and not when most requests go well', () => {
  const failed = (circuit: Circuit, nowMs: number) => afterFailure(circuit, settings, aFailure(), nowMs)
  let circuit = failed(failed(closedCircuit, 1), 2)
  expect(circuit.state).toBe('closed')
  expect(failed(circuit, 3)).toMatchObject({ state: 'open', reason: 'overloaded', nextTrialAtMs: 1_003 })
  for (let i = 0; i < 4; i++) circuit = afterSuccess(circuit, settings, 3)
  expect(failed(circuit, 4).state).toBe('closed')
  expect(failed(circuit, 20_000).state).toBe('closed')
})

test('it opens with twice as many failures in a row, however much went well before', () => {
  let circuit = closedCircuit
  for (let i = 0; i < 100; i++) circuit = afterSuccess(circuit, settings, 0)
  for (let i = 0; i < 5; i++) circuit = afterFailure(circuit, settings, aFailure(), 1)
  expect(circuit.state).toBe('closed')
  const mixed = afterFailure(afterSuccess(circuit, settings, 1), settings, aFailure(), 1)
  expect(mixed.state).toBe('closed')
  expect(afterFailure(circuit, settings, aFailure(), 1).state).toBe('open')
})

test.each(['quota_exhausted', 'bad_credentials', 'model_unavailable'] as const)(
  '%s opens it at once, for longer',
  (name) => {
    const circuit = afterFailure(closedCircuit, settings, aFailure(name), 0)
    expect(circuit).toMatchObject({ state: 'open', reason: name, nextTrialAtMs: 4_000 })
  },
)

test('what is the fault of the caller never counts', () => {
  expect(afterFailure(closedCircuit, settings, aFailure('invalid_request'), 0)).toBe(closedCircuit)
})

test('a rate limit makes it cool for as long as it demands, and a later demand is followed', () => {
  const cool = afterFailure(closedCircuit, settings, aFailure('rate_limit_exceeded', 500), 0)
  expect(admissionOf(cool, 499)).toMatchObject({ kind: 'left_alone', untilMs: 500 })
  const cooler = afterFailure(cool, settings, aFailure('rate_limit_exceeded', 900), 100)
  expect(admissionOf(cooler, 999)).toMatchObject({ kind: 'left_alone', untilMs: 1_000 })
  expect(admissionOf(cooler, 1_000)).toEqual({ kind: 'asked' })
})

test('whose answers got worse is trusted again for good answers alone, whatever else its trials ran into', () => {
  const worse = opened(closedCircuit, settings, 'quality', 0)
  const failed = afterBadTrial(worse, settings, aFailure('api_connection_failed'), 1_000)
  expect(failed).toMatchObject({ state: 'open', reason: 'quality' })
})

test('every trial that fails doubles the cooldown, up to the longest', () => {
  let circuit = opened(closedCircuit, settings, 'overloaded', 0)
  const waits = [circuit.nextTrialAtMs]
  for (let i = 0; i < 4; i++) {
    circuit = afterBadTrial(circuit, settings, aFailure(), 0)
    waits.push(circuit.nextTrialAtMs)
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 5_000, 5_000])
})

test('as many good trials as are needed close it, and a bad one begins anew', () => {
  const open = opened(closedCircuit, settings, 'quality', 0)
  const once = afterGoodTrial(open, 2, 7)
  expect(once.state).toBe('half_open')
  expect(afterGoodTrial(once, 2, 8)).toMatchObject({ state: 'closed', reason: '', openedInARow: 0, openedCount: 1 })
  expect(afterBadTrial(once, settings, aFailure(), 0)).toMatchObject({ state: 'open', goodTrials: 0 })
})

test('whatever happens, one that is open is never asked before its trial is due', () => {
  const classes = ['overloaded', 'api_connection_failed', 'rate_limit_exceeded', 'invalid_request'] as const
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('ok', ...classes), fc.nat(3_000)), { maxLength: 60 }), (steps) => {
      let circuit = closedCircuit
      let nowMs = 0
      for (const [what, passed] of steps) {
        nowMs += passed
        circuit =
          what === 'ok'
            ? afterSuccess(circuit, settings, nowMs)
            : afterFailure(circuit, settings, aFailure(what, 200), nowMs)
        const admission = admissionOf(circuit, nowMs)
        if (circuit.state === 'open' && circuit.nextTrialAtMs! > nowMs) expect(admission.kind).toBe('left_alone')
        expect(circuit.outcomes.length).toBeLessThanOrEqual(200)
      }
    }),
  )
})

test('while the verdict on a trial is awaited there is no other, and after it there is', () => {
  const open = opened(closedCircuit, settings, 'quality', 0)
  const awaiting = awaitingVerdict(open, 2_000)
  expect(admissionOf(awaiting, 2_100)).toMatchObject({ kind: 'left_alone' })
  expect(admissionOf(afterGoodTrial(awaiting, 2, 2_200), 2_200)).toEqual({ kind: 'trial_due' })
  expect(admissionOf(awaiting, 60_000)).toEqual({ kind: 'trial_due' })
})
