import type { aiHealth } from '@akashic/proto'

export const aiAtMs = 1_760_000_000_000

/** A provider that nothing is wrong with, and of which everything was measured. */
export const aProvider = (partial: Partial<aiHealth.ProviderHealth> = {}): aiHealth.ProviderHealth => ({
  ...{ name: 'openai', kind: 'openai', priority: 10, overall: 'HEALTH_HEALTHY' },
  apiConnectivity: { status: 'HEALTH_HEALTHY', latencyMs: 210.5, modelsAvailable: 41, lastCheckedAtMs: aiAtMs },
  rateLimitStatus: {
    requestsPerMinute: { used: 480, limit: 500, resetAtMs: aiAtMs + 12_000, exhaustedInMs: 240_000 },
    tokensPerMinute: { used: 30_000, limit: 90_000, resetAtMs: aiAtMs + 20_000 },
    ...{ recommendedAction: 'Slow down.', source: 'headers', observedAtMs: aiAtMs },
  },
  modelAvailability: [{ model: 'gpt-4o', isAvailable: true }],
  responseQuality: {
    ...{ status: 'HEALTH_HEALTHY', responses: 100 },
    ...{ overallScore: 0.9, coherenceScore: 0.85, errorRate: 0.02 },
  },
  ...{ recommendations: [], circuits: [] },
  ...partial,
})

/** One of which nothing was measured yet. */
export const anUnmeasuredProvider = (name: string): aiHealth.ProviderHealth => ({
  ...{ name, kind: 'self_hosted', priority: 100, overall: 'HEALTH_UNKNOWN' },
  apiConnectivity: { status: 'HEALTH_UNKNOWN' },
  rateLimitStatus: { requestsPerMinute: {}, tokensPerMinute: {}, recommendedAction: 'Limits are unknown.', source: '' },
  modelAvailability: [{ model: 'llama' }],
  responseQuality: { status: 'HEALTH_UNKNOWN', responses: 0 },
  ...{ recommendations: [], circuits: [] },
})

export const aQueuedRequest = (partial: Partial<aiHealth.QueuedRequest> = {}): aiHealth.QueuedRequest => ({
  ...{ id: 'req-1', version: 1, state: 'REQUEST_STATE_PENDING', key: 'shop', endpoint: 'chat', model: 'gpt-4o' },
  ...{ attempts: 2, createdAtMs: aiAtMs, nextAttemptAtMs: aiAtMs + 4_000, expiresAtMs: aiAtMs + 3_600_000 },
  ...{ provider: 'openai', answeredModel: 'gpt-4o' },
  lastProblem: { class: 'FAILURE_CLASS_OVERLOADED', message: 'It is overloaded.' },
  ...partial,
})
