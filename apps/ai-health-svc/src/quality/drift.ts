import { percentileOfScore } from './calibration.ts'
import { qualityFlags, type QualityFlag, type ResponseScores } from './response-scores.ts'

export type DriftSignal = 'coherence' | 'relevance' | 'order' | QualityFlag

interface Evidence {
  /** Log likelihood of a change against none, since it is estimated to have begun; never under 0. */
  readonly sum: number
  /** Measured responses since then. */
  readonly responses: number
}

/** What a measure of a model's answers usually is, in deviations from genuine text. */
interface Usual {
  readonly mean: number
  readonly responses: number
}

type LearntSignal = 'coherence' | 'relevance'

/** Survives as JSON. */
export interface DriftState {
  readonly signals: Readonly<Record<DriftSignal, Evidence>>
  readonly usual: Readonly<Record<LearntSignal, Usual>>
}

export interface DriftAlarm {
  readonly signal: DriftSignal
  /** Responses since the change is estimated to have begun. */
  readonly afterResponses: number
}

/**
 * What a change would look like, and how much evidence it takes. The thresholds give each signal its part of at most one
 * false alarm in 10,000 responses (docs/ai-quality.md); the subtle one, order, has nearly all of it.
 */
const changes = {
  coherence: { fall: 1, threshold: 12 },
  relevance: { fall: 1, threshold: 12 },
  order: { fall: 0.6, threshold: 8 },
} as const
const flagChange = { usualShare: 0.05, changedShare: 0.5, threshold: 10 }
/** One response alone is no proof, however bad. */
const mostDeviations = 3

/**
 * Some subjects are less coherent, or further from their prompts, than the reference, for good: a model that answers such
 * is measured by what is usual of it. So many responses of the reference are taken as seen before its first; the newest
 * thousand count, and no more than `recalled` of those before the model was left alone; and what is worse than `lowestUsual`
 * never counts as usual.
 */
const learning = { seenBefore: 20, newest: 1_000, recalled: 20, lowestUsual: -1.5 }

const signals: readonly DriftSignal[] = ['coherence', 'relevance', 'order', ...qualityFlags]
const none: Evidence = { sum: 0, responses: 0 }
const unknown: Usual = { mean: 0, responses: 0 }

export function initialDrift(): DriftState {
  return { signals: stateOf(() => none), usual: { coherence: unknown, relevance: unknown } }
}

/** The watch of a model that is trusted again. What fired has half of its evidence from the start (the head start of Lucas and
 *  Crosier 1982): trials of single answers cannot show that all of it is over. What is usual of the model stays known, but its new
 *  answers soon outweigh it: its subject may be another one now. */
export function resumedDrift({ usual }: DriftState, fired: readonly string[]): DriftState {
  const evidence = (signal: DriftSignal): Evidence =>
    fired.includes(signal) ? { sum: thresholdOf(signal) / 2, responses: 0 } : none
  const recalled = ({ mean, responses }: Usual): Usual => ({ mean, responses: Math.min(responses, learning.recalled) })
  return {
    signals: stateOf(evidence),
    usual: { coherence: recalled(usual.coherence), relevance: recalled(usual.relevance) },
  }
}

/** Page's cumulative sum (Page 1954) of each signal. Its evidence starts anew after an alarm. Nothing is learnt to be usual from
 *  answers of which is known that they got worse (`firing`). */
export function advanceDrift(
  state: DriftState,
  scores: ResponseScores,
  firing: ReadonlySet<string> = new Set(),
): { readonly state: DriftState; readonly alarms: readonly DriftAlarm[] } {
  const alarms: DriftAlarm[] = []
  const next = stateOf((signal) => {
    const evidence = added(state.signals[signal], evidenceOf(signal, scores, state.usual))
    if (evidence.sum < thresholdOf(signal)) return evidence
    alarms.push({ signal, afterResponses: evidence.responses })
    return none
  })
  const usual = {
    coherence: firing.has('coherence') ? state.usual.coherence : learnt(state.usual.coherence, scores.coherence),
    relevance: firing.has('relevance') ? state.usual.relevance : learnt(state.usual.relevance, scores.relevance),
  }
  return { state: { signals: next, usual }, alarms }
}

function stateOf(evidence: (signal: DriftSignal) => Evidence): Record<DriftSignal, Evidence> {
  return Object.fromEntries(signals.map((signal) => [signal, evidence(signal)])) as Record<DriftSignal, Evidence>
}

function learnt({ mean, responses }: Usual, score: number | null): Usual {
  if (score === null) return { mean, responses }
  const seen = Math.min(learning.newest, responses + 1)
  return { mean: mean + (deviation(percentileOfScore(score)) - mean) / (seen + learning.seenBefore), responses: seen }
}

/** Only what is worse than the reference is made allowance for. */
const allowance = ({ mean }: Usual): number => Math.max(learning.lowestUsual, Math.min(0, mean))

/** What was not measured changes nothing. */
function added(before: Evidence, logLikelihood: number | null): Evidence {
  if (logLikelihood === null) return before
  const sum = before.sum + logLikelihood
  return sum <= 0 ? none : { sum, responses: before.responses + 1 }
}

function thresholdOf(signal: DriftSignal): number {
  return isMeasure(signal) ? changes[signal].threshold : flagChange.threshold
}

const isMeasure = (signal: DriftSignal): signal is keyof typeof changes => signal in changes

function evidenceOf(signal: DriftSignal, scores: ResponseScores, usual: DriftState['usual']): number | null {
  if (!isMeasure(signal)) return scores.length === 0 ? null : evidenceOfFlag(scores.flags.includes(signal))
  const score = scores[signal]
  if (score === null) return null
  const { fall } = changes[signal]
  if (signal === 'order') return evidenceOfFall(score, fall)
  return evidenceOfFall(deviation(percentileOfScore(score)) - allowance(usual[signal]), fall)
}

function evidenceOfFlag(isFlagged: boolean): number {
  const { usualShare, changedShare } = flagChange
  return Math.log(isFlagged ? changedShare / usualShare : (1 - changedShare) / (1 - usualShare))
}

/** Of a normal distribution whose mean fell by so many deviations, against one that did not. */
function evidenceOfFall(deviations: number, fall: number): number {
  return -fall * (bounded(deviations) + fall / 2)
}

/** The normal deviate below which the share lies, by the logistic curve that is nearest to the normal one. */
function deviation(share: number): number {
  const inside = Math.min(1 - 1e-6, Math.max(1e-6, share))
  return bounded(Math.log(inside / (1 - inside)) / 1.702)
}

const bounded = (deviations: number): number => Math.min(mostDeviations, Math.max(-mostDeviations, deviations))
