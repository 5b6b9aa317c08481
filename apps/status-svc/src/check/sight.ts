import type { CheckSpec } from '@akashic/config'
import type { CheckResult } from '@akashic/checks'
import { judgeSight, type Sighting } from './vision.ts'

/** A check that can be asked whether it still gets an answer. */
export interface Witness extends Sighting {
  readonly spec: CheckSpec
  answeredAtMs: number | null
}

export interface SightDeps {
  readonly monotonicMs: () => number
  /** Every check that this replica makes. */
  readonly witnesses: () => Iterable<Witness>
  readonly canaries: () => readonly CheckSpec[]
  readonly ask: (spec: CheckSpec) => Promise<CheckResult>
  /** Told since when the checker is blind, and with null that it sees again. */
  readonly onChange: (blindSinceMs: number | null) => void
}

/** Knows whether this checker can see. Blindness begins when a failure is about to turn a verdict, and witnesses or canaries
 *  show that the checker itself is cut off; it ends with the first answer. */
export class Sight {
  readonly #deps: SightDeps
  /** Inquiries run one after another: the answer to one is often the answer to the next. */
  #lastInquiry: Promise<unknown> = Promise.resolve()
  #blindSinceMs: number | null = null
  #answers = 0

  constructor(deps: SightDeps) {
    this.#deps = deps
  }

  /** Since when the checker is blind, in epoch milliseconds; null while it sees. */
  get blindSinceMs(): number | null {
    return this.#blindSinceMs
  }

  /** Notes that a target answered a check that was started at `startedMs` on the monotonic clock. */
  answered(witness: Witness, startedMs: number): void {
    witness.answeredAtMs = Math.max(witness.answeredAtMs ?? startedMs, startedMs)
    this.#answers++
    if (this.#blindSinceMs === null) return
    this.#blindSinceMs = null
    this.#deps.onChange(null)
  }

  /** Finds out whether a run of failures at `target`, none of which was answered, is the checker's own doing.
   *  @param failingSinceMs start of its first failure, on the monotonic clock
   *  @param sinceMs the same in epoch milliseconds */
  isBlindTo(target: Sighting, failingSinceMs: number, sinceMs: number): Promise<boolean> {
    const inquiry = this.#lastInquiry.then(() => this.#inquire(target, failingSinceMs, sinceMs))
    this.#lastInquiry = inquiry.catch(() => undefined)
    return inquiry
  }

  async #inquire(target: Sighting, failingSinceMs: number, sinceMs: number): Promise<boolean> {
    if (this.#blindSinceMs !== null) return true
    const answersBefore = this.#answers
    if (!(await this.#isCutOff(target, failingSinceMs))) return false
    // An answer that came meanwhile ends the blindness at once; these failures are still not the target's.
    if (this.#answers !== answersBefore) return true
    this.#blindSinceMs = sinceMs
    this.#deps.onChange(sinceMs)
    return true
  }

  async #isCutOff(target: Sighting, failingSinceMs: number): Promise<boolean> {
    const verdict = judgeSight(target, failingSinceMs, this.#deps.witnesses())
    if (verdict === 'sees') return false
    const canaries = this.#deps.canaries()
    if (canaries.length > 0) return !(await this.#anyAnswers(canaries))
    if (verdict === 'cannot-judge') return false
    const askedMs = this.#deps.monotonicMs()
    return !(await this.#anyAnswers(
      verdict.map((witness) => witness.spec),
      (index) => this.answered(verdict[index]!, askedMs),
    ))
  }

  /** Resolves with the first answer, or once nobody gave one. */
  #anyAnswers(specs: readonly CheckSpec[], onAnswer?: (index: number) => void): Promise<boolean> {
    const answers = specs.map(async (spec, index) => {
      const result = await this.#deps.ask(spec)
      if (result.latencyMs === null) throw new Error('no answer')
      onAnswer?.(index)
    })
    return Promise.any(answers).then(
      () => true,
      () => false,
    )
  }
}
