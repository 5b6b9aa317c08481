import { failureClassToProto, healthToProto, circuitStateToProto, type aiHealth, type HealthName } from '@akashic/proto'
import type { Circuit } from '../circuit/circuit.ts'
import type { LimitUse, ProviderLimits } from '../limit/limits.ts'
import { recommendedAction } from '../limit/recommend.ts'
import type { Probe, Problem } from '../probe/probe.ts'
import {
  overallHealth,
  qualityHealth,
  type DerivedHealth,
  type ProviderFacts,
  type QualitySummary,
} from './derive-health.ts'
import { overallRecommendations, recommendationsFor } from './recommendations.ts'

/** Of what nobody can say how good it is. */
export const unmeasured: QualitySummary = {
  responses: 0,
  judged: 0,
  overallScore: null,
  coherenceScore: null,
  errorRate: null,
  isDrifting: false,
}

export interface ProviderReport {
  readonly facts: ProviderFacts
  readonly derived: DerivedHealth
  readonly kind: string
  readonly priority: number
  readonly quality: QualitySummary
}

/** The guide's AIHealthReport, of all providers together and of each. */
export function encodeHealth(
  providers: readonly ProviderReport[],
  quality: QualitySummary,
  nowMs: number,
): aiHealth.GetHealthResponse {
  const healths = providers.map(({ derived }) => derived.overall)
  const primary = providers.toSorted((a, b) => a.priority - b.priority)[0]
  const tightest = providers.toSorted((a, b) => usedShare(b.facts.limits) - usedShare(a.facts.limits))[0]
  const encoded = providers.map(encodeProvider)
  return {
    overall: healthToProto(overallHealth(healths)),
    apiConnectivity: {
      ...connectivityOf(primary?.facts.probe ?? null, primary?.derived),
      ...overallConnectivity(providers),
    },
    rateLimitStatus: tightest ? encodeLimits(tightest.facts.limits) : null,
    rateLimitedProvider: tightest?.facts.provider.name ?? '',
    modelAvailability: mergeModels(encoded),
    responseQuality: encodeQuality(quality),
    recommendations: [
      ...overallRecommendations(healths),
      ...encoded.toSorted((a, b) => gravity(b.overall) - gravity(a.overall)).flatMap((each) => each.recommendations),
    ],
    providers: encoded,
    atMs: nowMs,
  }
}

function encodeProvider({ facts, derived, kind, priority, quality }: ProviderReport): aiHealth.ProviderHealth {
  const { provider, probe, circuits, limits } = facts
  return {
    ...{ name: provider.name, kind, priority, overall: healthToProto(derived.overall) },
    apiConnectivity: connectivityOf(probe, derived),
    rateLimitStatus: encodeLimits(limits),
    modelAvailability: provider.models.map(({ id }) => ({
      model: id,
      ...(probe?.missingModels && { isAvailable: !probe.missingModels.includes(id) }),
    })),
    responseQuality: encodeQuality(quality),
    recommendations: recommendationsFor(facts, derived),
    circuits: circuits.map(({ model, circuit }) => encodeCircuit(provider.name, model, circuit as Circuit)),
  }
}

/** Whether it can be reached is of the last probe; what is wrong beyond that may have been seen in traffic. */
function connectivityOf(probe: Probe | null, derived?: DerivedHealth): aiHealth.Connectivity {
  const isStale = derived?.overall === 'unknown'
  const problem = probe?.problem ?? (derived?.overall === 'failed' ? derived.problem : null)
  return {
    status: healthToProto(probe && !isStale ? probe.status : 'unknown'),
    ...(typeof probe?.latencyMs === 'number' && { latencyMs: probe.latencyMs }),
    ...(typeof probe?.modelsAvailable === 'number' && { modelsAvailable: probe.modelsAvailable }),
    ...(probe && { lastCheckedAtMs: probe.atMs }),
    problem: problem && encodeProblem(problem),
  }
}

/** Together they list the sum of their models, are as reachable as they are together, and the problem is the gravest. */
function overallConnectivity(
  providers: readonly ProviderReport[],
): Pick<aiHealth.Connectivity, 'status' | 'modelsAvailable' | 'problem'> {
  const probes = providers.flatMap(({ facts, derived }) =>
    facts.probe && derived.overall !== 'unknown' ? [facts.probe] : [],
  )
  const counts = probes.flatMap(({ modelsAvailable }) => (modelsAvailable === null ? [] : [modelsAvailable]))
  const statuses: HealthName[] = providers.map(({ facts, derived }) =>
    facts.probe && derived.overall !== 'unknown' ? facts.probe.status : 'unknown',
  )
  const gravest = providers.toSorted((a, b) => severity[b.derived.overall] - severity[a.derived.overall])[0]
  const problem = gravest && connectivityOf(gravest.facts.probe, gravest.derived).problem
  return {
    status: healthToProto(overallHealth(statuses)),
    problem: problem ?? null,
    ...(counts.length > 0 && { modelsAvailable: counts.reduce((sum, count) => sum + count, 0) }),
  }
}

const severity: Readonly<Record<HealthName, number>> = { healthy: 0, unknown: 1, degraded: 2, failed: 3 }

const encodeProblem = ({ class: failureClass, message }: Problem): aiHealth.Problem => ({
  class: failureClassToProto(failureClass),
  message,
})

function encodeLimits(limits: ProviderLimits): aiHealth.RateLimits {
  return {
    requestsPerMinute: encodeUse(limits.requests),
    tokensPerMinute: encodeUse(limits.tokens),
    recommendedAction: recommendedAction(limits),
    source: limits.source ?? '',
    ...(limits.observedAtMs !== null && { observedAtMs: limits.observedAtMs }),
  }
}

const encodeUse = ({ used, limit, resetAtMs, exhaustedInMs }: LimitUse): aiHealth.LimitUse => ({
  ...(used !== null && { used }),
  ...(limit !== null && { limit }),
  ...(resetAtMs !== null && { resetAtMs: Math.round(resetAtMs) }),
  ...(exhaustedInMs !== null && { exhaustedInMs }),
})

function encodeCircuit(provider: string, model: string, circuit: Circuit): aiHealth.Circuit {
  const { state, reason, openedAtMs, nextTrialAtMs, coolingUntilMs, openedCount, outcomes } = circuit
  return {
    ...{ provider, model, state: circuitStateToProto(state), reason, openedCount },
    failures: outcomes.filter(({ isFailure }) => isFailure).length,
    successes: outcomes.filter(({ isFailure }) => !isFailure).length,
    ...(openedAtMs !== null && { openedAtMs }),
    ...(nextTrialAtMs !== null && { nextTrialAtMs }),
    ...(coolingUntilMs !== null && { coolingUntilMs }),
  }
}

function encodeQuality(quality: QualitySummary): aiHealth.ResponseQuality {
  const { responses, overallScore, coherenceScore, errorRate } = quality
  return {
    status: healthToProto(qualityHealth(quality)),
    responses,
    ...(overallScore !== null && { overallScore }),
    ...(coherenceScore !== null && { coherenceScore }),
    ...(errorRate !== null && { errorRate }),
  }
}

/** A model that one provider lists is there. */
function mergeModels(providers: readonly aiHealth.ProviderHealth[]): aiHealth.WantedModel[] {
  const models = Map.groupBy(
    providers.flatMap(({ modelAvailability }) => modelAvailability),
    ({ model }) => model,
  )
  return [...models].map(([model, all]) => {
    const known = all.flatMap(({ isAvailable }) => (isAvailable === undefined ? [] : [isAvailable]))
    return { model, ...(known.length > 0 && { isAvailable: known.includes(true) }) }
  })
}

function usedShare({ requests, tokens }: ProviderLimits): number {
  const shares = [requests, tokens].map(({ used, limit }) => (used !== null && limit ? used / limit : -1))
  return Math.max(...shares)
}

const gravity = (health: aiHealth.Health): number =>
  ['HEALTH_HEALTHY', 'HEALTH_UNKNOWN', 'HEALTH_DEGRADED', 'HEALTH_FAILED'].indexOf(health)
