import type { FailureClassName } from '@akashic/proto'

/** What went wrong with one attempt, or with what a caller tells of. */
export interface Failure {
  readonly class: FailureClassName
  /** One sentence for operators; never a credential, never a prompt. */
  readonly message: string
  /** As the provider names it, as `insufficient_quota`; null where it names nothing. */
  readonly code: string | null
  /** HTTP status; null where there was no answer. */
  readonly status: number | null
  /** How long the provider wants to be left alone, in milliseconds; null where it does not say. */
  readonly retryAfterMs: number | null
  /** The answer that is passed on where the fault is the caller's. */
  readonly answer?: { readonly type: string; readonly body: Buffer }
}

/** What is done about a class of failures. */
export interface FailureRule {
  /** Which number of retries holds, of `retries` in the configuration; null: none is of use. */
  readonly retries: 'rateLimited' | 'overloaded' | 'connectionFailed' | 'invalidResponse' | null
  /** Whether another provider may do better. */
  readonly isSwitched: boolean
  /** Whether it counts against the provider: `at_once` opens the circuit with the first. */
  readonly circuit: 'counts' | 'at_once' | 'no'
  /** Factor of the backoff. */
  readonly patience: 1 | 2
}

const rules: Readonly<Record<FailureClassName, FailureRule>> = {
  rate_limit_exceeded: { retries: 'rateLimited', isSwitched: true, circuit: 'no', patience: 1 },
  quota_exhausted: { retries: null, isSwitched: true, circuit: 'at_once', patience: 1 },
  bad_credentials: { retries: null, isSwitched: true, circuit: 'at_once', patience: 1 },
  model_unavailable: { retries: null, isSwitched: true, circuit: 'at_once', patience: 1 },
  invalid_request: { retries: null, isSwitched: false, circuit: 'no', patience: 1 },
  api_connection_failed: { retries: 'connectionFailed', isSwitched: true, circuit: 'counts', patience: 1 },
  overloaded: { retries: 'overloaded', isSwitched: true, circuit: 'counts', patience: 2 },
  invalid_response: { retries: 'invalidResponse', isSwitched: true, circuit: 'counts', patience: 1 },
}

export const ruleOf = (failureClass: FailureClassName): FailureRule => rules[failureClass]

/** How an operator is told of a class of failures. */
export const failureWords: Readonly<Record<FailureClassName, string>> = {
  rate_limit_exceeded: 'its rate limit is reached',
  quota_exhausted: 'the account has no money left: this is billing, not load',
  bad_credentials: 'it is reachable and refuses our credentials',
  model_unavailable: 'it does not have the model',
  invalid_request: 'the request itself is wrong',
  api_connection_failed: 'it cannot be reached or answers with server errors',
  overloaded: 'it is overloaded',
  invalid_response: 'its answers are unusable',
}
