/** Worst first. */
export const healthNames = ['failed', 'degraded', 'unknown', 'healthy'] as const
export type HealthName = (typeof healthNames)[number]

export interface Problem {
  /** As `quota_exhausted`; null where it is not known. */
  readonly class: string | null
  readonly message: string
}

export interface Connectivity {
  readonly status: HealthName
  readonly latencyMs: number | null
  readonly modelsAvailable: number | null
  readonly lastChecked: string | null
  readonly error: string | null
  readonly problem: Problem | null
}

export interface LimitUse {
  readonly used: number | null
  readonly limit: number | null
  readonly resetTime: string | null
  /** How long what remains lasts at this rate; null where it does last. */
  readonly exhaustedInMs: number | null
}

export interface RateLimitStatus {
  readonly provider: string | null
  readonly requestsPerMinute: LimitUse
  readonly tokensPerMinute: LimitUse
  readonly recommendedAction: string
  /** Null where the limits are unknown. */
  readonly source: string | null
  readonly observedAt: string | null
}

export interface ResponseQuality {
  readonly status: HealthName
  readonly responses: number
  readonly overallScore: number | null
  readonly coherenceScore: number | null
  readonly errorRate: number | null
}

export interface Circuit {
  readonly provider: string
  readonly model: string
  readonly state: 'closed' | 'open' | 'half_open'
  readonly reason: string | null
  readonly failures: number
  readonly successes: number
  readonly openedAt: string | null
  readonly nextTrialAt: string | null
  readonly coolingUntil: string | null
  readonly openedCount: number
}

interface Measures {
  readonly overall: HealthName
  readonly apiConnectivity: Connectivity
  readonly rateLimitStatus: RateLimitStatus
  readonly modelAvailability: readonly { readonly model: string; readonly available: boolean | null }[]
  readonly responseQuality: ResponseQuality
  readonly recommendations: readonly string[]
}

export interface Provider extends Measures {
  readonly name: string
  readonly kind: string
  /** Lower is asked first. */
  readonly priority: number
  readonly circuits: readonly Circuit[]
}

export interface HealthReport extends Measures {
  readonly providers: readonly Provider[]
  readonly generatedAt: string
}

/** Worst first; among equals, the one that is asked first. */
export const byUrgency = (a: Provider, b: Provider): number =>
  healthNames.indexOf(a.overall) - healthNames.indexOf(b.overall) || a.priority - b.priority
