import type { IncomingHttpHeaders } from 'node:http'
import type { Clock, Timer } from '@akashic/shared/clock'
import { DeadlineReached } from '../attempt/deadline-reached.ts'

const longestMs = 3_600_000
/** What is kept back so that the answer arrives before the caller gives up. */
const marginShare = 0.02
const longestMarginMs = 250

/** How long a caller waits, in milliseconds: `x-akashic-timeout-ms`, or what the OpenAI SDKs tell in seconds, that in JavaScript for
 *  the whole request and that in Python for each wait; else `usualMs`. */
export function timeoutOf(headers: IncomingHttpHeaders, usualMs: number): number {
  const told = positive(headers['x-stainless-timeout']) ?? positive(headers['x-stainless-read-timeout'])
  const ms = positive(headers['x-akashic-timeout-ms']) ?? seconds(told)
  if (ms === null) return usualMs
  return Math.min(ms, longestMs) - Math.min(longestMarginMs, ms * marginShare)
}

const seconds = (value: number | null): number | null => (value === null ? null : value * 1_000)

function positive(value: string | string[] | undefined): number | null {
  const number = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : 0
  return number > 0 ? number : null
}

/** Aborted with when the caller is gone. */
export class CallerLeft extends Error {}

/** Aborts when the caller leaves or its time is over. */
export class RequestLife {
  readonly #controller = new AbortController()
  readonly #timer: Timer
  readonly deadlineAtMs: number

  constructor(clock: Clock, timeoutMs: number) {
    this.deadlineAtMs = clock.now() + timeoutMs
    this.#timer = clock.after(timeoutMs, () => this.#controller.abort(new DeadlineReached('the time is over')))
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** A stream that began may go on beyond the deadline. */
  disarm(): void {
    this.#timer.cancel()
  }

  callerLeft(): void {
    this.#controller.abort(new CallerLeft('the caller left'))
  }
}
