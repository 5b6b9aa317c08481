import type { Provider, RateLimitStatus, ResponseQuality } from '../ai/health-report.ts'
import type { QualityReport } from '../ai/quality-report.ts'
import type { QueuedRequest } from '../ai/queued-request.ts'

/** When the server says that it looked. */
export const lookedAt = '2026-11-26T10:00:00.000Z'
/** `seconds` after that. */
export const after = (seconds: number): string => new Date(Date.parse(lookedAt) + seconds * 1_000).toISOString()

const unknownUse = { used: null, limit: null, resetTime: null, exhaustedInMs: null }
export const unknownLimits: RateLimitStatus = {
  ...{ provider: 'openai', requestsPerMinute: unknownUse, tokensPerMinute: unknownUse },
  ...{ recommendedAction: 'Limits are unknown.', source: null, observedAt: null },
}
export const noQuality: ResponseQuality = {
  ...{ status: 'unknown', responses: 0, overallScore: null, coherenceScore: null, errorRate: null },
}

/** A provider that nothing is wrong with. */
export const aProvider = (partial: Partial<Provider> = {}): Provider => ({
  ...{ name: 'openai', kind: 'openai', priority: 10, overall: 'healthy' },
  apiConnectivity: {
    ...{ status: 'healthy', latencyMs: 210.4, modelsAvailable: 41, lastChecked: after(-12), error: null },
    problem: null,
  },
  rateLimitStatus: {
    ...{ provider: 'openai', recommendedAction: 'Slow down.', source: 'headers', observedAt: after(-3) },
    requestsPerMinute: { used: 480, limit: 500, resetTime: after(20), exhaustedInMs: 240_000 },
    tokensPerMinute: { used: 30_123.4, limit: 90_000, resetTime: after(20), exhaustedInMs: null },
  },
  modelAvailability: [{ model: 'gpt-4o', available: true }],
  responseQuality: { status: 'healthy', responses: 100, overallScore: 0.86, coherenceScore: 0.81, errorRate: 0.02 },
  ...{ recommendations: [], circuits: [] },
  ...partial,
})

/** One that fails, as `failure` says. */
export const aFailingProvider = (name: string, failure: string, message: string): Provider =>
  aProvider({
    ...{ name, overall: 'failed', rateLimitStatus: unknownLimits, responseQuality: noQuality },
    apiConnectivity: {
      ...{ status: 'failed', latencyMs: null, modelsAvailable: null, lastChecked: after(-5), error: message },
      problem: { class: failure, message },
    },
  })

export const aQualityReport = (partial: Partial<QualityReport> = {}): QualityReport => ({
  overallScore: 0.86,
  metrics: {
    ...{ averageLength: 1512.3, coherenceScore: 0.81, relevanceScore: 0.9, errorRate: 0.02, userSatisfaction: null },
  },
  ...{ trends: [], alerts: [], recommendations: [] },
  ...{ window: 100, responses: 100, scored: 96, dropped: 0, flags: {}, models: [] },
  ...partial,
})

export const aQueuedRequest = (partial: Partial<QueuedRequest> = {}): QueuedRequest => ({
  ...{ id: 'req-1', state: 'pending', key: 'shop', endpoint: 'chat', model: 'gpt-4o', attempts: 2 },
  ...{ createdAt: lookedAt, nextAttemptAt: '2020-01-01T00:00:00.000Z', completedAt: null },
  ...{ expiresAt: '2020-01-01T01:00:00.000Z', provider: 'openai', answeredModel: 'gpt-4o' },
  lastProblem: { class: 'overloaded', message: 'It is overloaded.' },
  ...partial,
})
