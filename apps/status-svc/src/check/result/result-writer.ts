import type { Clock, Timer } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import type { Logger } from 'pino'
import type { CheckingGap } from '../../status/check-verdict.ts'
import type { RecordedResult } from './recorded-result.ts'

export interface ResultWriterDeps {
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  /** Writes a batch, and first the stretch whose results were lost, in one transaction. */
  readonly write: (batch: readonly RecordedResult[], lost: CheckingGap | null) => Promise<void>
  readonly onLost: (count: number) => void
  /** Results kept while they cannot be written; default 50,000. */
  readonly capacity?: number
}

const batchSize = 500
const longestWaitMs = 1_000
const longestRetryMs = 5_000
const mostAttempts = 3

/** Brings results to the tables in batches, in their order. While the database cannot be reached it keeps them; when there
 *  are too many the oldest are lost, and their time is told as a gap. */
export class ResultWriter {
  readonly #deps: ResultWriterDeps
  readonly #capacity: number
  #buffer: RecordedResult[] = []
  #lost: CheckingGap | null = null
  #timer: Timer | null = null
  #flushing: Promise<void> | null = null
  /** Attempts that failed in a row. */
  #failures = 0
  #isStopped = false

  constructor(deps: ResultWriterDeps) {
    this.#deps = deps
    this.#capacity = deps.capacity ?? 50_000
  }

  get buffered(): number {
    return this.#buffer.length
  }

  add(result: RecordedResult): void {
    this.#buffer.push(result)
    if (this.#buffer.length > this.#capacity) this.#lose(this.#buffer.length - this.#capacity + batchSize)
    if (this.#buffer.length >= batchSize && this.#failures === 0) void this.flush()
    else this.#timer ??= this.#deps.clock.after(longestWaitMs, () => void this.flush())
  }

  /** Writes what is there. Resolves also when it could not; then it is tried again later. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = null
    })
    return this.#flushing
  }

  /** Writes what is there for the last time. */
  async stop(): Promise<void> {
    await this.flush()
    this.#isStopped = true
    this.#timer?.cancel()
  }

  async #flushAll(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = null
    while (this.#buffer.length > 0 || this.#lost) {
      const batch = this.#buffer.slice(0, batchSize)
      const lost = this.#lost
      this.#lost = null
      try {
        await this.#deps.write(batch, lost)
        this.#failures = 0
        this.#remove(batch)
      } catch (error) {
        this.#lost = joined(lost, this.#lost)
        this.#failed(error, batch)
        return
      }
    }
  }

  #failed(error: unknown, batch: readonly RecordedResult[]): void {
    const { clock, random, log } = this.#deps
    const isAway = error instanceof OpsError && (error.code === 'unavailable' || error.code === 'deadline_exceeded')
    this.#failures++
    if (isAway) log.warn({ buffered: this.#buffer.length }, 'results cannot be written: the database is away')
    else log.error({ err: error, attempt: this.#failures }, 'results cannot be written')
    if (!isAway && this.#failures % mostAttempts === 0) {
      this.#remove(batch)
      this.#tellLost(batch)
    }
    if (this.#isStopped) return
    const delayMs =
      Math.min(longestRetryMs, longestWaitMs * 2 ** Math.min(10, this.#failures - 1)) * (0.5 + random() / 2)
    this.#timer ??= clock.after(delayMs, () => void this.flush())
  }

  /** What was lost from the front meanwhile is not there any more. */
  #remove(batch: readonly RecordedResult[]): void {
    const written = new Set(batch)
    const kept = this.#buffer.findIndex((result) => !written.has(result))
    this.#buffer = kept < 0 ? [] : this.#buffer.slice(kept)
  }

  #lose(count: number): void {
    this.#tellLost(this.#buffer.splice(0, count))
  }

  #tellLost(results: readonly RecordedResult[]): void {
    this.#deps.onLost(results.length)
    this.#lost = joined(this.#lost, {
      componentIds: [...new Set(results.map((result) => result.definition.componentId))],
      fromMs: Math.min(...results.map((result) => result.atMs)),
      toMs: Math.max(...results.map((result) => result.atMs)),
    })
  }
}

function joined(a: CheckingGap | null, b: CheckingGap | null): CheckingGap | null {
  if (!a || !b) return a ?? b
  return {
    componentIds: [...new Set([...a.componentIds, ...b.componentIds])],
    fromMs: Math.min(a.fromMs, b.fromMs),
    toMs: Math.max(a.toMs, b.toMs),
  }
}
