import { failureWords, type Failure } from '../failure/failure.ts'

/** What the signal of an attempt aborts with when the time of its caller is over. */
export class DeadlineReached extends Error {}

/** The failure of an attempt that was not over by then. */
export const outOfTime: Failure = {
  class: 'api_connection_failed',
  message: `${failureWords.api_connection_failed} (the caller waited no longer)`,
  ...{ code: 'deadline', status: null, retryAfterMs: null },
}
