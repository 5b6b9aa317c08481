import type { AiProvider } from '@akashic/config'
import type { Clock } from '@akashic/shared/clock'
import type { Failure } from '../failure/failure.ts'
import {
  admissionOf,
  afterBadTrial,
  afterFailure,
  afterGoodTrial,
  afterSuccess,
  awaitingVerdict,
  closedCircuit,
  opened,
  type Admission,
  type Circuit,
} from './circuit.ts'

/** Who is asked: a provider, and a model as it knows it. */
export interface Asked {
  readonly provider: Pick<AiProvider, 'name' | 'breaker' | 'timeouts'>
  readonly model: { readonly id: string }
}

/** A change of a circuit that other replicas, and people, are to know. */
export interface CircuitChange {
  readonly asked: Asked
  readonly before: Circuit
  readonly after: Circuit
}

/** How replicas agree who tries an open circuit. */
export interface TrialLease {
  /** Whether this replica has the trial now; true where nobody can be asked. */
  take(asked: Asked, leaseMs: number): Promise<boolean>
}

export interface CircuitsDeps {
  readonly clock: Clock
  readonly lease: TrialLease
  /** Good answers in a row that close a circuit which was opened for quality. */
  readonly trialsForQuality: () => number
  readonly onChange: (change: CircuitChange) => void
}

/** The circuits of this process, in memory: whether to ask a model costs no call. */
export function createCircuits({ clock, lease, trialsForQuality, onChange }: CircuitsDeps) {
  const circuits = new Map<string, Circuit>()
  const trials = new Set<string>()
  /** Until when another replica is taken to be at the trial. */
  const triedElsewhere = new Map<string, number>()
  const waiting = new Set<() => void>()

  const get = (asked: Asked): Circuit => circuits.get(keyOf(asked)) ?? closedCircuit

  function set(asked: Asked, after: Circuit): void {
    const before = get(asked)
    if (after === before) return
    circuits.set(keyOf(asked), after)
    const isCooling = (after.coolingUntilMs ?? 0) > (before.coolingUntilMs ?? 0)
    const isTurned = after.state !== before.state || after.openedCount !== before.openedCount
    const isDueOtherwise = after.nextTrialAtMs !== before.nextTrialAtMs || after.goodTrials !== before.goodTrials
    if (isTurned || isCooling || isDueOtherwise) onChange({ asked, before, after })
    if (isTurned && after.state === 'open') for (const wake of waiting) wake()
  }

  return {
    get,
    admission: (asked: Asked): Admission => {
      const admission = admissionOf(get(asked), clock.now())
      const key = keyOf(asked)
      const isTried = trials.has(key) || (triedElsewhere.get(key) ?? 0) > clock.now()
      if (admission.kind !== 'trial_due' || !isTried) return admission
      return { kind: 'left_alone', reason: get(asked).reason, untilMs: clock.now() + trialSpacingMs }
    },
    /** Takes the one trial of an open circuit; to be given back by `trialEnded`. */
    takeTrial: async (asked: Asked): Promise<boolean> => {
      const key = keyOf(asked)
      if (trials.has(key)) return false
      trials.add(key)
      const isOurs = await lease.take(asked, trialLeaseMs(asked)).catch(() => true)
      if (!isOurs) {
        trials.delete(key)
        triedElsewhere.set(key, clock.now() + trialSpacingMs)
      } else if (get(asked).state !== 'closed') circuits.set(key, { ...get(asked), state: 'half_open' })
      return isOurs
    },
    trialEnded: (asked: Asked): void => {
      trials.delete(keyOf(asked))
    },
    succeeded: (asked: Asked, isTrial: boolean): void => {
      const circuit = get(asked)
      if (!isTrial) set(asked, afterSuccess(circuit, asked.provider.breaker, clock.now()))
      else if (circuit.reason === 'quality') set(asked, awaitingVerdict(circuit, clock.now()))
      else set(asked, afterGoodTrial(circuit, 1, clock.now()))
    },
    failed: (asked: Asked, failure: Failure, isTrial: boolean): void => {
      const after = isTrial ? afterBadTrial : afterFailure
      set(asked, after(get(asked), asked.provider.breaker, failure, clock.now()))
    },
    /** Opens the circuit of a model whose answers got worse. */
    openForQuality: (asked: Asked): void => {
      const circuit = get(asked)
      if (circuit.state === 'closed') set(asked, opened(circuit, asked.provider.breaker, 'quality', clock.now()))
    },
    /** Takes the verdict on an answer of a model that was left alone for quality; without one, another trial is due. */
    judged: (asked: Asked, verdict: 'good' | 'bad' | 'none'): void => {
      const circuit = get(asked)
      if (circuit.state === 'closed' || circuit.reason !== 'quality') return
      if (verdict === 'none') set(asked, { ...circuit, nextTrialAtMs: clock.now() })
      else if (verdict === 'good') set(asked, afterGoodTrial(circuit, trialsForQuality(), clock.now()))
      else set(asked, opened(circuit, asked.provider.breaker, 'quality', clock.now()))
    },
    /** Takes over what another replica found. */
    adopt: (asked: Asked, found: Omit<Circuit, 'outcomes'>): void => {
      const { outcomes, state, coolingUntilMs } = get(asked)
      triedElsewhere.delete(keyOf(asked))
      const isClosed = found.state === 'closed' && state !== 'closed'
      circuits.set(keyOf(asked), {
        ...found,
        outcomes: isClosed ? [] : outcomes,
        coolingUntilMs: isClosed ? found.coolingUntilMs : later(found.coolingUntilMs, coolingUntilMs),
      })
      if (found.state === 'open' && state !== 'open') for (const wake of waiting) wake()
    },
    /** Waits for `ms`, and less once a circuit opens or `signal` aborts. */
    wait: (ms: number, signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        const done = () => {
          waiting.delete(done)
          timer.cancel()
          signal.removeEventListener('abort', done)
          resolve()
        }
        const timer = clock.after(ms, done)
        waiting.add(done)
        signal.addEventListener('abort', done, { once: true })
        if (signal.aborted) done()
      }),
  }
}

const later = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other)

export type Circuits = ReturnType<typeof createCircuits>

const trialSpacingMs = 1_000
const trialMarginMs = 10_000

/** After so long somebody who has a trial is taken to have died. */
const trialLeaseMs = ({ provider: { timeouts } }: Asked): number =>
  timeouts.connect + timeouts.firstByte + timeouts.idle + trialMarginMs

export const keyOf = ({ provider, model }: Asked): string => `${provider.name}/${model.id}`
