import { aiNames, circuitStateFromProto, failureClassFromProto, healthFromProto } from '@akashic/proto'
import type { aiHealth } from '@akashic/proto'
import { z } from 'zod'
import { iso, isoOrNull } from '../instant.ts'

const health = z.enum(aiNames.healths)
const instant = z.iso.datetime()

export const problemSchema = z
  .object({
    class: z.enum(aiNames.failureClasses).nullable().describe('What kind of failure it is.'),
    message: z.string().describe('One sentence, for operators.'),
  })
  .meta({ id: 'AiProblem' })

const connectivitySchema = z
  .object({
    status: health,
    latencyMs: z.number().nullable(),
    modelsAvailable: z.int().nullable().describe('Models that it lists.'),
    lastChecked: instant.nullable(),
    error: z.string().nullable().describe('The sentence of `problem`.'),
    problem: problemSchema.nullable(),
  })
  .meta({ id: 'AiConnectivity' })

const limitUseSchema = z
  .object({
    used: z.number().nullable(),
    limit: z.number().nullable(),
    resetTime: instant.nullable().describe('When all of it is there again.'),
    exhaustedInMs: z.number().nullable().describe('How long what remains lasts at this rate; null where it does last.'),
  })
  .meta({ id: 'AiLimitUse' })

const rateLimitSchema = z
  .object({
    provider: z.string().nullable().describe('Whose limits they are: over all, of the provider closest to its limit.'),
    requestsPerMinute: limitUseSchema,
    tokensPerMinute: limitUseSchema,
    recommendedAction: z.string(),
    source: z.string().nullable().describe('`headers` or `configuration`; null where the limits are unknown.'),
    observedAt: instant.nullable(),
  })
  .meta({ id: 'AiRateLimitStatus' })

const wantedModelSchema = z
  .object({ model: z.string(), available: z.boolean().nullable().describe('Null: the list could not be read.') })
  .meta({ id: 'AiModelAvailability' })

const responseQualitySchema = z
  .object({
    status: health,
    responses: z.int().describe('Answers that were judged.'),
    overallScore: z.number().nullable(),
    coherenceScore: z.number().nullable(),
    errorRate: z.number().nullable(),
  })
  .meta({ id: 'AiResponseQuality' })

const circuitSchema = z
  .object({
    provider: z.string(),
    model: z.string(),
    state: z.enum(aiNames.circuitStates),
    reason: z.string().nullable().describe('Class of the failures, or `quality`; null while it is closed.'),
    failures: z.int().describe('Within the window.'),
    successes: z.int().describe('Within the window.'),
    openedAt: instant.nullable(),
    nextTrialAt: instant.nullable(),
    coolingUntil: instant.nullable().describe('Until when the provider wants to be left alone, by its Retry-After.'),
    openedCount: z.int(),
  })
  .meta({ id: 'AiCircuit' })

const shared = {
  overall: health,
  apiConnectivity: connectivitySchema,
  rateLimitStatus: rateLimitSchema,
  modelAvailability: z.array(wantedModelSchema),
  responseQuality: responseQualitySchema,
  recommendations: z.array(z.string()),
}

export const providerSchema = z
  .object({
    name: z.string(),
    kind: z.string(),
    priority: z.int().describe('Lower is asked first.'),
    ...shared,
    circuits: z.array(circuitSchema),
  })
  .meta({ id: 'AiProvider' })

export const healthReportSchema = z
  .object({ ...shared, providers: z.array(providerSchema), generatedAt: instant })
  .meta({ id: 'AiHealthReport' })

/** The guide's AIHealthReport. What was not measured is null. */
export function healthReport(report: aiHealth.GetHealthResponse): z.infer<typeof healthReportSchema> {
  const { rateLimitedProvider, recommendations, providers, atMs } = report
  return {
    ...sharedOf(report, rateLimitedProvider || null),
    recommendations,
    providers: providers.map(providerResource),
    generatedAt: iso(atMs),
  }
}

export function providerResource(provider: aiHealth.ProviderHealth): z.infer<typeof providerSchema> {
  const { name, kind, priority, recommendations, circuits } = provider
  return {
    ...{ name, kind, priority, ...sharedOf(provider, name), recommendations },
    circuits: circuits.map(circuitResource),
  }
}

type Parts = Pick<
  aiHealth.ProviderHealth,
  'overall' | 'apiConnectivity' | 'rateLimitStatus' | 'modelAvailability' | 'responseQuality'
>

function sharedOf(parts: Parts, limitedProvider: string | null) {
  return {
    overall: healthFromProto(parts.overall),
    apiConnectivity: connectivity(parts.apiConnectivity),
    rateLimitStatus: rateLimits(parts.rateLimitStatus, limitedProvider),
    modelAvailability: parts.modelAvailability.map(({ model, isAvailable }) => ({
      model,
      available: isAvailable ?? null,
    })),
    responseQuality: responseQuality(parts.responseQuality),
  }
}

function connectivity(given: aiHealth.Connectivity | null | undefined): z.infer<typeof connectivitySchema> {
  const problem = problemResource(given?.problem)
  return {
    status: given ? healthFromProto(given.status) : 'unknown',
    latencyMs: given?.latencyMs ?? null,
    modelsAvailable: given?.modelsAvailable ?? null,
    lastChecked: isoOrNull(given?.lastCheckedAtMs),
    error: problem?.message ?? null,
    problem,
  }
}

export const problemResource = (given: aiHealth.Problem | null | undefined): z.infer<typeof problemSchema> | null =>
  given ? { class: failureClassFromProto(given.class), message: given.message } : null

function rateLimits(
  given: aiHealth.RateLimits | null | undefined,
  provider: string | null,
): z.infer<typeof rateLimitSchema> {
  return {
    provider,
    requestsPerMinute: limitUse(given?.requestsPerMinute),
    tokensPerMinute: limitUse(given?.tokensPerMinute),
    recommendedAction: given?.recommendedAction ?? '',
    source: given?.source || null,
    observedAt: isoOrNull(given?.observedAtMs),
  }
}

const limitUse = (given: aiHealth.LimitUse | null | undefined): z.infer<typeof limitUseSchema> => ({
  used: given?.used ?? null,
  limit: given?.limit ?? null,
  resetTime: isoOrNull(given?.resetAtMs),
  exhaustedInMs: given?.exhaustedInMs ?? null,
})

const responseQuality = (
  given: aiHealth.ResponseQuality | null | undefined,
): z.infer<typeof responseQualitySchema> => ({
  status: given ? healthFromProto(given.status) : 'unknown',
  responses: given?.responses ?? 0,
  overallScore: given?.overallScore ?? null,
  coherenceScore: given?.coherenceScore ?? null,
  errorRate: given?.errorRate ?? null,
})

function circuitResource(circuit: aiHealth.Circuit): z.infer<typeof circuitSchema> {
  const { provider, model, state, reason, failures, successes, openedCount } = circuit
  return {
    ...{ provider, model, state: circuitStateFromProto(state), reason: reason || null, failures, successes },
    openedAt: isoOrNull(circuit.openedAtMs),
    nextTrialAt: isoOrNull(circuit.nextTrialAtMs),
    coolingUntil: isoOrNull(circuit.coolingUntilMs),
    openedCount,
  }
}
