import type { FailureClassName, RequestStateName } from '@akashic/proto'
import type { Endpoint } from '../routing/ai-request.ts'

/** A request that is tried again later. Instants are epoch milliseconds. */
export interface QueuedRequest {
  readonly id: string
  readonly version: number
  readonly state: RequestStateName
  readonly keyName: string
  readonly endpoint: Endpoint
  readonly model: string
  readonly attempts: number
  /** Failures in a row at the candidate that is asked now. */
  readonly retries: number
  /** Candidate that is asked now, or was last. */
  readonly provider: string
  readonly answeredModel: string
  readonly lastProblem: { readonly class: FailureClassName; readonly message: string } | null
  readonly createdAtMs: number
  readonly nextAttemptAtMs: number | null
  readonly completedAtMs: number | null
  readonly expiresAtMs: number
  readonly jobId: string | null
}

/** What is kept of a request, sealed. */
export interface KeptRequest {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** What a job of the queue says. */
export interface RequestJob {
  readonly requestId: string
}

export const requestQueueName = 'ai_health.request'

export const isOver = (state: RequestStateName): boolean => state !== 'pending' && state !== 'running'
