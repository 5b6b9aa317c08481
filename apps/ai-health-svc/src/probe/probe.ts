import type { FailureClassName, HealthName } from '@akashic/proto'
import type { ProviderLimits } from '../limit/limits.ts'

/** What was found when a provider was asked for its models. */
export interface Probe {
  readonly atMs: number
  /** degraded: reachable, and yet it refuses us; failed: it is not. */
  readonly status: Exclude<HealthName, 'unknown'>
  readonly latencyMs: number | null
  readonly modelsAvailable: number | null
  /** Wanted models that it does not list; null where the list could not be read, or says nothing of them. */
  readonly missingModels: readonly string[] | null
  readonly problem: Problem | null
  readonly limits: ProviderLimits
}

export interface Problem {
  readonly class: FailureClassName
  readonly message: string
}
