/** Why a test ended before its time, in words that follow a colon. */
export const earlyEnds = {
  aborted: 'it was aborted',
  threshold: 'a threshold ended it',
  max_requests: 'it reached limits.maxRequests',
  max_duration: 'it reached limits.maxDuration',
  thread_lost: 'a thread was lost, and what it measured is missing',
} as const
