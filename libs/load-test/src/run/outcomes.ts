import type { Tags } from '../metric/metric.ts'
import type { Channel, Recorder } from '../metric/recorder.ts'
import type { RequestStep } from '../scenario/load-test.ts'
import { passes } from './check-answer.ts'
import type { Received } from './received.ts'

const metrics = [
  'http_reqs',
  'http_req_duration',
  'http_req_waiting',
  'http_req_failed',
  'data_sent',
  'data_received',
] as const

/** Where the samples of a step go by what became of it: a status or an error. As all tags are known then, a sample costs little. */
interface Outcome {
  readonly isFailed: boolean
  readonly to: Readonly<Record<(typeof metrics)[number], Channel>>
  readonly checks: readonly Channel[]
  readonly count: readonly { readonly channel: Channel; readonly amount: number }[]
}

/** Records what became of the requests of a step. */
export class Outcomes {
  readonly #step: RequestStep
  readonly #tags: Tags
  readonly #recorder: Recorder
  readonly #known = new Map<string | number, Outcome>()

  constructor(step: RequestStep, tags: Tags, recorder: Recorder) {
    this.#step = step
    this.#tags = tags
    this.#recorder = recorder
    // So that what is never asked is told too, as nothing.
    this.#channels({})
  }

  /** @param lateMs by how much it was begun after its time. */
  record(answer: Received, lateMs: number): void {
    const { isFailed, to, checks, count } = this.#outcomeOf(answer)
    const { startedAt, sentAt, firstByteAt, endedAt } = answer
    to.http_reqs(1)
    // The time that a first connection takes is not the server's.
    to.http_req_duration(endedAt - (lateMs > 0 ? startedAt : sentAt) + lateMs)
    to.http_req_waiting(firstByteAt - sentAt)
    to.http_req_failed(isFailed ? 1 : 0)
    if (answer.sentBytes > 0) to.data_sent(answer.sentBytes)
    to.data_received(answer.receivedBytes)
    let isAllRight = !isFailed
    for (const [index, check] of this.#step.checks.entries()) {
      const isPassed = passes(check, answer)
      isAllRight &&= isPassed
      checks[index]!(isPassed ? 1 : 0)
    }
    if (isAllRight) for (const { channel, amount } of count) channel(amount)
  }

  #outcomeOf({ status, error }: Received): Outcome {
    const key = error ?? status
    const known = this.#known.get(key)
    if (known) return known
    const expected = this.#step.expectedStatus
    const isFailed = error !== null || (expected === null ? status >= 400 : !expected.includes(status))
    const tags = { status: String(status), expected_response: String(!isFailed), ...(error !== null && { error }) }
    const outcome = { isFailed, ...this.#channels(tags) }
    this.#known.set(key, outcome)
    return outcome
  }

  #channels(more: Tags): Omit<Outcome, 'isFailed'> {
    const channel = (metric: string, one: Tags = {}) =>
      this.#recorder.channel(metric, { ...this.#tags, ...one, ...more })
    return {
      to: Object.fromEntries(metrics.map((metric) => [metric, channel(metric)])) as Outcome['to'],
      checks: this.#step.checks.map(({ name }) => channel('checks', { check: name })),
      count: Object.entries(this.#step.count).map(([metric, amount]) => ({ channel: channel(metric), amount })),
    }
  }
}
