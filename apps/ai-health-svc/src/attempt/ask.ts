import { backoffMs } from '../failure/backoff.ts'
import { ruleOf, type Failure } from '../failure/failure.ts'
import type { AiRequest } from '../routing/ai-request.ts'
import type { Candidate } from '../routing/candidates.ts'
import type { Answer } from './answer.ts'
import { askOnce, type AskDeps, type Asked } from './ask-once.ts'
import { DeadlineReached, outOfTime } from './deadline-reached.ts'

export interface AskBounds {
  /** Epoch milliseconds after which nothing is tried any more. */
  readonly deadlineAtMs: number
  /** Longest wait before one retry; where more is wanted, the next candidate is asked. */
  readonly longestWaitMs: number
  /** Aborts when the caller leaves, and at the deadline. */
  readonly signal: AbortSignal
}

export interface Answered {
  readonly kind: 'answered'
  readonly answer: Answer
  readonly candidate: Candidate
  readonly isTrial: boolean
  /** Attempts made in all. */
  readonly attempts: number
  /** Why it was not the first choice: a class of failure, `quality`, `slow_down`; `first_choice` where it was. */
  readonly reason: string
}

export interface Refused {
  readonly kind: 'refused'
  /** Whether the time of the caller was over before anybody answered. */
  readonly isOutOfTime: boolean
  readonly attempts: number
  /** What became of each candidate, in the order in which they were asked. */
  readonly refusals: readonly Refusal[]
  /** When it may be of use to try again, in milliseconds from now; null where that is not known. */
  readonly retryAfterMs: number | null
}

export interface Refusal {
  readonly candidate: Candidate
  readonly reason: string
  /** Null where it was not asked. */
  readonly failure: Failure | null
}

/** Asks the candidates in their order until one answers: each as often as its failure is worth, with backoff, as long as the
 *  deadline allows. What is the caller's fault is asked once. Where nobody may be asked now, it waits for the first who may.
 *  @throws the reason of `signal` when that aborted, unless it is that the time is over. */
export async function ask(
  deps: AskDeps,
  request: AiRequest,
  candidates: readonly Candidate[],
  bounds: AskBounds,
): Promise<Answered | Refused> {
  const run = new Run(deps, request, bounds)
  try {
    return (await run.askAll(candidates)) ?? run.refused(false)
  } catch (error) {
    if (error instanceof DeadlineReached) return run.refused(true)
    throw error
  }
}

class Run {
  readonly #deps: AskDeps
  readonly #request: AiRequest
  readonly #bounds: AskBounds
  readonly #refusals: Refusal[] = []
  #attempts = 0
  #isCallersFault = false
  /** The earliest instant at which somebody who is left alone may be asked. */
  #untilMs = Infinity

  constructor(deps: AskDeps, request: AiRequest, bounds: AskBounds) {
    this.#deps = deps
    this.#request = request
    this.#bounds = bounds
  }

  async askAll(candidates: readonly Candidate[]): Promise<Answered | null> {
    for (const [at, candidate] of candidates.entries()) {
      const answered = await this.#askOften(candidate, at < candidates.length - 1)
      if (answered || this.#isCallersFault) return answered
    }
    // Answers that got worse are better than none.
    for (const candidate of candidates.filter((each) => this.#isLeftAloneForQuality(each))) {
      const answered = this.#answered(candidate, await this.#askNow(candidate, true))
      if (answered || this.#isCallersFault) return answered
    }
    return this.#attempts === 0 && (await this.#waitForFirst()) ? this.askAll(candidates) : null
  }

  refused(isOutOfTime: boolean): Refused {
    const { clock } = this.#deps
    const retryAfters = this.#refusals.flatMap(({ failure }) =>
      failure?.retryAfterMs === undefined || failure.retryAfterMs === null ? [] : [failure.retryAfterMs],
    )
    const waits = [...retryAfters, ...(this.#untilMs === Infinity ? [] : [Math.max(0, this.#untilMs - clock.now())])]
    return {
      kind: 'refused',
      isOutOfTime,
      attempts: this.#attempts,
      refusals: this.#refusals,
      retryAfterMs: waits.length > 0 && !this.#isCallersFault ? Math.min(...waits) : null,
    }
  }

  /** A retry that takes as long as the attempt before must leave as much time for a backup. */
  async #askOften(candidate: Candidate, hasBackup: boolean): Promise<Answered | null> {
    for (let retries = 0; ; retries++) {
      const askedAtMs = this.#deps.clock.now()
      const asked = await this.#askNow(candidate, false)
      const tookMs = this.#deps.clock.now() - askedAtMs
      if (asked.kind === 'left_alone' && retries > 0 && (await this.#waitForPace(candidate, asked))) {
        retries -= 1
        continue
      }
      if (asked.kind !== 'failed') return this.#answered(candidate, asked)
      const { failure, isTrial } = asked
      const { retries: kind } = ruleOf(failure.class)
      const most = kind === null || isTrial ? 0 : candidate.provider.retries[kind]
      const waitMs = backoffMs(retries, failure, this.#deps.random())
      const isWorthIt =
        retries < most &&
        waitMs <= this.#bounds.longestWaitMs &&
        this.#hasTimeFor(waitMs + (hasBackup ? 2 * tookMs : 0))
      if (!isWorthIt || !(await this.#wait(candidate, waitMs))) return this.#answered(candidate, asked)
    }
  }

  async #askNow(candidate: Candidate, isLastResort: boolean): Promise<Asked> {
    let asked: Asked
    try {
      asked = await askOnce(this.#deps, candidate, this.#request, this.#bounds.signal, isLastResort)
    } catch (error) {
      this.#attempts += 1
      this.#refusals.push({ candidate, reason: outOfTime.class, failure: outOfTime })
      throw error
    }
    if (asked.kind !== 'left_alone') this.#attempts += 1
    return asked
  }

  #answered(candidate: Candidate, asked: Asked): Answered | null {
    if (asked.kind === 'answered') {
      const { answer, isTrial } = asked
      const reason = this.#refusals[0]?.reason ?? 'first_choice'
      return { kind: 'answered', answer, candidate, isTrial, attempts: this.#attempts, reason }
    }
    const failure = asked.kind === 'failed' ? asked.failure : null
    const reason = asked.kind === 'failed' ? asked.failure.class : asked.reason
    this.#refusals.push({ candidate, reason, failure })
    if (asked.kind === 'left_alone') this.#untilMs = Math.min(this.#untilMs, asked.untilMs)
    if (failure && !ruleOf(failure.class).isSwitched) this.#isCallersFault = true
    return null
  }

  /** @returns false when the circuit of the candidate opened meanwhile. */
  async #wait(candidate: Candidate, ms: number): Promise<boolean> {
    const { circuits, clock } = this.#deps
    const untilMs = clock.now() + ms
    while (clock.now() < untilMs) {
      await circuits.wait(untilMs - clock.now(), this.#bounds.signal)
      if (this.#bounds.signal.aborted) throw this.#bounds.signal.reason
      if (circuits.get(candidate).state !== 'closed') return false
    }
    return true
  }

  /** A retry waits for its turn at a provider towards which we slowed down, or that demanded meanwhile to be left alone for longer;
   *  what is new goes elsewhere.
   *  @returns false when it is left alone for another reason, or that is too long. */
  async #waitForPace(
    candidate: Candidate,
    { reason, untilMs }: Extract<Asked, { kind: 'left_alone' }>,
  ): Promise<boolean> {
    const waitMs = Math.max(1, untilMs - this.#deps.clock.now())
    const isPassing = reason === 'slow_down' || reason === 'rate_limit_exceeded'
    if (!isPassing || waitMs > this.#bounds.longestWaitMs || !this.#hasTimeFor(waitMs)) return false
    return this.#wait(candidate, waitMs)
  }

  /** @returns false when that is too long. */
  async #waitForFirst(): Promise<boolean> {
    const { circuits, clock } = this.#deps
    const waitMs = Math.max(1, this.#untilMs - clock.now())
    if (waitMs > this.#bounds.longestWaitMs || !this.#hasTimeFor(waitMs)) return false
    const untilMs = this.#untilMs
    while (clock.now() < untilMs) {
      await circuits.wait(untilMs - clock.now(), this.#bounds.signal)
      if (this.#bounds.signal.aborted) throw this.#bounds.signal.reason
    }
    this.#untilMs = Infinity
    this.#refusals.length = 0
    return true
  }

  /** Whether it was not asked for that reason alone. */
  #isLeftAloneForQuality(candidate: Candidate): boolean {
    return this.#refusals.some(
      (refusal) => refusal.candidate === candidate && refusal.failure === null && refusal.reason === 'quality',
    )
  }

  #hasTimeFor(ms: number): boolean {
    return this.#deps.clock.now() + ms < this.#bounds.deadlineAtMs
  }
}
