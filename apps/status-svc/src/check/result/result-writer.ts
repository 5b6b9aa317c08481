import type { Clock, Timer } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import { sqlStateOf } from '@akashic/shared/postgres'
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
/** Checks named in the log when results are given up. */
const shownChecks = 5

interface Refused {
  readonly result: RecordedResult
  readonly error: unknown
}

/** Brings results to the tables in batches, in their order. While the database cannot be reached it keeps them; when there
 *  are too many the oldest are lost, and their time is told as a gap. One that the database refuses is lost alone. */
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

  /** True from a write that failed until one that succeeds. */
  get isFailing(): boolean {
    return this.#failures > 0
  }

  add(result: RecordedResult): void {
    this.#buffer.push(result)
    if (this.#buffer.length > this.#capacity) this.#lose(this.#buffer.length - this.#capacity + batchSize)
    if (this.#buffer.length >= batchSize && this.#failures === 0) void this.flush()
    else this.#flushIn(longestWaitMs)
  }

  /** Writes what is there. Resolves also when it could not; then it is tried again later. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = null
      if (this.#failures > 0) this.#cancelTimer()
      if (this.#buffer.length > 0 || this.#lost) this.#flushIn(this.#delayMs())
    })
    return this.#flushing
  }

  /** Writes what is there for the last time. */
  async stop(): Promise<void> {
    await this.flush()
    this.#isStopped = true
    this.#cancelTimer()
  }

  #flushIn(delayMs: number): void {
    if (this.#isStopped) return
    this.#timer ??= this.#deps.clock.after(delayMs, () => {
      this.#timer = null
      void this.flush()
    })
  }

  #cancelTimer(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  /** Until the next attempt: longer after each failure, and spread. */
  #delayMs(): number {
    if (this.#failures === 0) return longestWaitMs
    const backoffMs = Math.min(longestRetryMs, longestWaitMs * 2 ** Math.min(10, this.#failures - 1))
    return backoffMs * (0.5 + this.#deps.random() / 2)
  }

  async #flushAll(): Promise<void> {
    this.#cancelTimer()
    while (this.#buffer.length > 0 || this.#lost) {
      const batch = this.#buffer.slice(0, batchSize)
      try {
        await this.#write(batch)
      } catch (error) {
        this.#failed(error)
        if (!this.#mayBeOfOne(error)) return
        await this.#isolate(batch)
        if (this.#failures > 0) return
      }
    }
  }

  /** Writes `batch` and, first, the gap before it.
   *  @throws what the write throws; both are kept then. */
  async #write(batch: readonly RecordedResult[]): Promise<void> {
    const lost = this.#lost
    this.#lost = null
    try {
      await this.#writeResults(batch, lost)
    } catch (error) {
      this.#lost = joined(lost, this.#lost)
      throw error
    }
  }

  async #writeResults(batch: readonly RecordedResult[], lost: CheckingGap | null): Promise<void> {
    await this.#deps.write(batch, lost)
    this.#failures = 0
    this.#remove(batch)
  }

  #failed(error: unknown): void {
    const { log } = this.#deps
    this.#failures++
    if (isAway(error)) log.warn({ buffered: this.#buffer.length }, 'results cannot be written: the database is away')
    else log.error({ err: error, attempt: this.#failures }, 'results cannot be written')
  }

  /** Whether it may be one result that is refused, rather than all: its value is impossible, or nothing else helped. */
  #mayBeOfOne(error: unknown): boolean {
    return !isAway(error) && (isOfTheData(error) || this.#failures % mostAttempts === 0)
  }

  /** Writes what can be written of a refused batch and of the gap before it, and gives up the rest. */
  async #isolate(batch: readonly RecordedResult[]): Promise<void> {
    const refused: Refused[] = []
    try {
      if (this.#lost) await this.#writeGap()
      if (batch.length > 0) await this.#narrow(batch, refused)
    } catch (error) {
      this.#failed(error)
    }
    if (refused.length === 0) return
    const checks = refused.slice(0, shownChecks).map(({ result }) => result.definition.id)
    this.#deps.log.error(
      { err: refused[0]!.error, checks, count: refused.length },
      'results that cannot be written are given up',
    )
  }

  /** @throws OpsError when the database went away. */
  async #writeGap(): Promise<void> {
    try {
      await this.#write([])
    } catch (error) {
      if (isAway(error)) throw error
      this.#deps.log.error({ err: error, gap: this.#lost }, 'a gap that cannot be written is given up')
      this.#lost = null
    }
  }

  /** Halves a batch until each result that is refused stands alone.
   *  @throws OpsError when the database went away. */
  async #narrow(batch: readonly RecordedResult[], refused: Refused[]): Promise<void> {
    for (const part of batch.length > 1 ? halves(batch) : [batch]) {
      try {
        await this.#writeResults(part, null)
      } catch (error) {
        if (isAway(error)) throw error
        if (part.length > 1) await this.#narrow(part, refused)
        else {
          refused.push({ result: part[0]!, error })
          this.#remove(part)
          this.#tellLost(part)
        }
      }
    }
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

function isAway(error: unknown): boolean {
  return error instanceof OpsError && (error.code === 'unavailable' || error.code === 'deadline_exceeded')
}

/** SQLSTATE classes for a value that is impossible (22), breaks a constraint (23) or a limit (54). What failed before the
 *  database saw it has none. */
function isOfTheData(error: unknown): boolean {
  const state = sqlStateOf(error)
  return state === undefined || /^(?:22|23|54)/.test(state)
}

function halves<T>(all: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(all.length / 2)
  return [all.slice(0, middle), all.slice(middle)]
}

function joined(a: CheckingGap | null, b: CheckingGap | null): CheckingGap | null {
  if (!a || !b) return a ?? b
  return {
    componentIds: [...new Set([...a.componentIds, ...b.componentIds])],
    fromMs: Math.min(a.fromMs, b.fromMs),
    toMs: Math.max(a.toMs, b.toMs),
  }
}
