import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { LoadTest } from '../scenario/load-test.ts'
import { UnknownValue, type TemplateValues } from '../scenario/template.ts'
import { extracted, passes } from './check-answer.ts'
import type { CompiledRequest, CompiledStep } from './compiled-step.ts'
import { unanswered, type LoadClient, type Received } from './http-client.ts'

export interface IterationDeps {
  readonly test: LoadTest
  readonly client: LoadClient
  readonly random: () => number
  /** Sent with every request, so that what receives them can leave them out. */
  readonly markedBy: Readonly<Record<string, string>>
  /** The test was aborted: what is under way says nothing. */
  readonly aborted: AbortSignal
  /** Asked before each request; false: no more may be sent. */
  readonly mayRequest: () => boolean
}

export interface Iteration {
  readonly vu: number
  /** Of its scenario, over all threads, from 0. */
  readonly index: number
  /** When it was to start, on `performance.now()`; its first request is measured from then, so that a stall of the target
   *  is felt by all that was to come during it. Null: it starts when it starts. */
  readonly intendedAt: number | null
  /** Cuts it short: the test was aborted, or its scenario is over. */
  readonly signal: AbortSignal
}

/** Runs the steps once. What the end of its scenario cuts short counts as a failed request, so that a target that answers
 *  nothing any more is not taken for one that was not asked. @returns false where it was cut short. */
export async function runIteration(
  deps: IterationDeps,
  steps: readonly CompiledStep[],
  iteration: Iteration,
): Promise<boolean> {
  const values = new IterationValues(deps, iteration)
  let lateMs = iteration.intendedAt === null ? 0 : Math.max(0, performance.now() - iteration.intendedAt)
  for (const step of steps) {
    if (iteration.signal.aborted) return false
    if (step.kind === 'think') {
      const ms = step.minMs + deps.random() * (step.maxMs - step.minMs)
      await sleep(ms, undefined, { signal: iteration.signal }).catch(() => undefined)
      continue
    }
    if (!deps.mayRequest()) return false
    const answer = await request(deps, step, values, iteration.signal)
    if (answer.error === 'aborted') {
      if (!deps.aborted.aborted) record(step, { ...answer, error: 'cut_short' }, lateMs)
      return false
    }
    record(step, answer, lateMs)
    // What was never sent must not keep everything else from its turn.
    if (answer.startedAt === answer.endedAt) await nextTurn()
    lateMs = 0
    for (const [name, extraction] of step.extract) values.set(name, extracted(extraction, answer))
  }
  return true
}

/** What cannot be filled in is not sent, and counts as failed. */
async function request(
  { test, client, markedBy }: IterationDeps,
  { step, url, fixedUrl, headers, body, keepBody }: CompiledRequest,
  values: IterationValues,
  signal: AbortSignal,
): Promise<Received> {
  try {
    const filled = Object.fromEntries(headers.map(([name, template]) => [name, template(values)]))
    const target = fixedUrl ?? new URL(url(values), test.baseUrl)
    const text = body?.(values) ?? null
    return await client.send({
      ...{
        method: step.method,
        url: target,
        headers: { ...filled, ...markedBy },
        body: text,
        timeoutMs: step.timeoutMs,
        signal,
        keepBody,
      },
    })
  } catch (error) {
    return unanswered(error instanceof UnknownValue ? 'no_value' : 'bad_address', performance.now())
  }
}

function record(step: CompiledRequest, answer: Received, lateMs: number): void {
  const { status, error, startedAt, sentAt, firstByteAt, endedAt, receivedBytes } = answer
  const expected = step.step.expectedStatus
  const isFailed = error !== null || (expected === null ? status >= 400 : !expected.includes(status))
  const tags = { status: String(status), expected_response: String(!isFailed), ...(error !== null && { error }) }
  // The time that a first connection takes is not the server's.
  const durationMs = endedAt - (lateMs > 0 ? startedAt : sentAt) + lateMs
  step.requests(1, tags)
  step.duration(durationMs, tags)
  step.waiting(firstByteAt - sentAt, tags)
  step.failed(isFailed ? 1 : 0, tags)
  if (step.step.body !== null) step.sentBytes(Buffer.byteLength(step.step.body), tags)
  step.receivedBytes(receivedBytes, tags)
  let isAllRight = !isFailed
  for (const { check, channel } of step.checks) {
    const isPassed = passes(check, answer)
    isAllRight &&= isPassed
    channel(isPassed ? 1 : 0, tags)
  }
  if (isAllRight) for (const { channel, amount } of step.count) channel(amount, tags)
}

/** What `{{ }}` stands for in one iteration. */
class IterationValues implements TemplateValues {
  readonly #deps: IterationDeps
  readonly #iteration: Iteration
  readonly #vars = new Map<string, string>()
  readonly #rows = new Map<string, Readonly<Record<string, string>>>()

  constructor(deps: IterationDeps, iteration: Iteration) {
    this.#deps = deps
    this.#iteration = iteration
  }

  set(name: string, value: string | undefined): void {
    if (value === undefined) this.#vars.delete(name)
    else this.#vars.set(name, value)
  }

  lookup(name: string): string | undefined {
    switch (name) {
      case 'vu':
        return String(this.#iteration.vu)
      case 'iteration':
        return String(this.#iteration.index)
      case 'uuid':
        return randomUUID()
      case 'random':
        return String(Math.floor(this.#deps.random() * 1e9))
    }
    const [kind, set = '', ...column] = name.split('.')
    return kind === 'vars' ? this.#vars.get(set) : this.#rowOf(set)?.[column.join('.')]
  }

  #rowOf(set: string): Readonly<Record<string, string>> | undefined {
    const known = this.#rows.get(set)
    if (known) return known
    const data = this.#deps.test.data[set]
    if (!data || data.rows.length === 0) return undefined
    const at =
      data.order === 'random'
        ? Math.floor(this.#deps.random() * data.rows.length)
        : this.#iteration.index % data.rows.length
    const row = data.rows[at]!
    this.#rows.set(set, row)
    return row
  }
}
