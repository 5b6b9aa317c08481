import { formatDuration } from '@akashic/config'

/** Why an attempt was ended from our side; its text is for operators. */
export class AttemptEnded extends Error {}

/** Runs `attempt` with a signal that fires with an {@link AttemptEnded} after `timeoutMs`, or once `signal` does. Real time,
 *  as it bounds how long a connection is waited for. */
export async function withDeadline<T>(
  timeoutMs: number,
  signal: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const bound = new AbortController()
  const stop = (): void => bound.abort(new AttemptEnded('sending was stopped'))
  const timer = setTimeout(
    () => bound.abort(new AttemptEnded(`no answer within ${formatDuration(timeoutMs)}`)),
    timeoutMs,
  )
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop)
  try {
    return await attempt(bound.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}
