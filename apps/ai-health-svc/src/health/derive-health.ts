import type { AiProvider } from '@akashic/config'
import type { FailureClassName, HealthName } from '@akashic/proto'
import type { Circuit } from '../circuit/circuit.ts'
import { failureWords } from '../failure/failure.ts'
import type { LimitUse, ProviderLimits } from '../limit/limits.ts'
import { isNear } from '../limit/recommend.ts'
import type { Probe, Problem } from '../probe/probe.ts'
import { leastCoherence, mostErrors, percent } from '../quality/quality-alerts.ts'

/** What is known of a provider. */
export interface ProviderFacts {
  readonly provider: Pick<AiProvider, 'name' | 'probe' | 'models'>
  readonly probe: Probe | null
  readonly circuits: readonly { readonly model: string; readonly circuit: Omit<Circuit, 'outcomes'> }[]
  readonly limits: ProviderLimits
}

export interface DerivedHealth {
  readonly overall: HealthName
  /** The gravest thing that is wrong; null while nothing is, or nothing was measured. */
  readonly problem: Problem | null
}

/** How the answers of a provider, or of all, are judged. */
export interface QualitySummary {
  readonly responses: number
  /** Of which so many were looked at. */
  readonly judged: number
  readonly overallScore: number | null
  readonly coherenceScore: number | null
  readonly errorRate: number | null
  readonly isDrifting: boolean
}

/** A probe older than so many intervals says nothing of now. */
const staleAfterIntervals = 3
const staleMarginMs = 10_000
const soonMs = 300_000

/** These keep every request from being answered, whatever the list of models says. */
const fatal: ReadonlySet<string> = new Set<FailureClassName>([
  'quota_exhausted',
  'bad_credentials',
  'api_connection_failed',
])

/** How a provider is. What was not measured, or too long ago, is `unknown`, and never healthy. */
export function deriveHealth(facts: ProviderFacts, nowMs: number): DerivedHealth {
  const { probe, provider, circuits } = facts
  const isStale = probe === null || !isOfNow(probe.atMs, provider, nowMs)
  const broken = circuits.filter(({ circuit }) => circuit.state !== 'closed')
  const gravest = broken.find(({ circuit }) => fatal.has(circuit.reason)) ?? broken[0]
  const ofCircuit = gravest && problemOf(gravest.circuit.reason, gravest.model)
  if (gravest && isUnusable(broken, provider)) return failed(ofCircuit!)
  if (isStale) return { overall: 'unknown', problem: ofCircuit ?? null }
  if (probe.problem && (fatal.has(probe.problem.class) || probe.status === 'failed')) return failed(probe.problem)
  const problem = probe.problem ?? ofCircuit ?? problemOfModels(probe) ?? problemOfLimits(facts.limits)
  return problem ? { overall: 'degraded', problem } : { overall: 'healthy', problem: null }
}

/** How it is with what is known of its answers: whose answers got worse, or fail, is degraded. */
export function withQuality(derived: DerivedHealth, quality: QualitySummary): DerivedHealth {
  if (derived.overall !== 'healthy' || qualityHealth(quality) !== 'degraded') return derived
  const { errorRate } = quality
  const isFailing = errorRate !== null && errorRate > mostErrors
  const message = isFailing ? `${percent(errorRate)} of its requests ended in an error` : 'its answers got worse'
  return { overall: 'degraded', problem: { class: 'invalid_response', message } }
}

/** What was not judged is not known to be good. */
export function qualityHealth({ judged, coherenceScore, errorRate, isDrifting }: QualitySummary): HealthName {
  const isIncoherent = coherenceScore !== null && coherenceScore < leastCoherence
  const isFailing = errorRate !== null && errorRate > mostErrors
  if (isIncoherent || isFailing || isDrifting) return 'degraded'
  return judged === 0 ? 'unknown' : 'healthy'
}

const failed = (problem: Problem): DerivedHealth => ({ overall: 'failed', problem })

/** A probe from the future says no more than one from long ago: some clock was wrong. */
function isOfNow(atMs: number, { probe }: Pick<AiProvider, 'probe'>, nowMs: number): boolean {
  const ageMs = nowMs - atMs
  return ageMs <= staleAfterIntervals * probe.interval + staleMarginMs && ageMs >= -staleMarginMs
}

/** Money and credentials are of the whole account; what else is open must be open for every model. One whose answers got worse
 *  still answers. */
function isUnusable(broken: ProviderFacts['circuits'], { models }: Pick<AiProvider, 'models'>): boolean {
  const reasons = broken.map(({ circuit }) => circuit.reason)
  if (reasons.some((reason) => reason === 'quota_exhausted' || reason === 'bad_credentials')) return true
  return broken.length === models.length && reasons.every((reason) => reason !== 'quality')
}

function problemOf(reason: string, model: string): Problem {
  if (reason === 'quality') {
    return { class: 'invalid_response', message: `the answers of ${model} got worse, so it is left alone` }
  }
  const known = reason as FailureClassName
  return { class: known, message: `${model}: ${failureWords[known] ?? reason}` }
}

function problemOfModels({ missingModels }: Probe): Problem | null {
  if (!missingModels || missingModels.length === 0) return null
  return { class: 'model_unavailable', message: `it does not list ${missingModels.join(', ')}` }
}

function problemOfLimits({ requests, tokens }: ProviderLimits): Problem | null {
  const isTight = (use: LimitUse) => isNear(use) || (use.exhaustedInMs !== null && use.exhaustedInMs < soonMs)
  const what = isTight(requests) ? 'requests' : isTight(tokens) ? 'tokens' : null
  return what && { class: 'rate_limit_exceeded', message: `its limit of ${what} is nearly reached` }
}

/** How all providers are together: usable as long as one is. */
export function overallHealth(all: readonly HealthName[]): HealthName {
  if (all.length === 0 || all.every((health) => health === 'unknown')) return 'unknown'
  if (all.every((health) => health === 'failed')) return 'failed'
  if (all.some((health) => health === 'failed' || health === 'degraded')) return 'degraded'
  return all.includes('unknown') ? 'unknown' : 'healthy'
}
