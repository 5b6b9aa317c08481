import { latestEndOf } from '../executor/bounds.ts'
import { selectionText } from '../metric/metric.ts'
import { decodeSeries, mergeSeries, type Series } from '../metric/series.ts'
import type { LoadTest, Threshold } from '../scenario/load-test.ts'
import { judge } from '../threshold/judge-threshold.ts'
import type { OwnDelay } from './own-delay.ts'
import type { EndedEarly, JudgedThreshold, Moment, Progress, RunResult } from './run-result.ts'
import type { FromThread } from './thread-messages.ts'

export interface RunSoFarOptions {
  /** ms since 1970. */
  readonly now: () => number
  /** Marks its requests. */
  readonly runId: string
  /** Hears once a second how it goes. */
  readonly onProgress?: (progress: Progress) => void
}

/** What a run calls for. */
export interface RunControl {
  readonly start: () => void
  readonly end: (why: EndedEarly) => void
}

/** What is known of a run until now, from what its threads tell. */
export class RunSoFar {
  readonly #test: LoadTest
  readonly #options: RunSoFarOptions
  readonly #workers: number
  /** ms since 1970; when it was asked for, until it starts. */
  startedAtMs: number
  #ready = 0
  #ownDelay: OwnDelay = { p99Ms: 0, maxMs: 0 }
  readonly #series = new Map<string, Series>()
  readonly #live = new Map<string, Series>()
  readonly #moments: Moment[] = []
  #pending = new Map<number, Extract<FromThread, { kind: 'interval' }>>()
  #endedEarly: EndedEarly | null = null
  #endedAtMs: number | null = null
  #done = 0

  constructor(test: LoadTest, options: RunSoFarOptions, workers: number) {
    this.#test = test
    this.#options = options
    this.startedAtMs = options.now()
    this.#workers = workers
  }

  /** @returns false where it had ended already. */
  end(why: EndedEarly): boolean {
    if (this.#endedEarly !== null) return false
    this.#endedEarly = why
    return true
  }

  take(worker: number, message: FromThread, { start, end }: RunControl): void {
    if (message.kind === 'ready') {
      this.#ready++
      if (this.#ready === this.#workers && this.#endedEarly === null) start()
      return
    }
    if (message.kind === 'done') {
      mergeSeries(message.series.map(decodeSeries), this.#series)
      this.#done++
      const { p99Ms, maxMs } = message.ownDelay
      this.#ownDelay = { p99Ms: Math.max(p99Ms, this.#ownDelay.p99Ms), maxMs: Math.max(maxMs, this.#ownDelay.maxMs) }
      if (this.#done === this.#workers) this.#endedAtMs = this.#options.now()
      return
    }
    if (this.#pending.has(worker)) this.#closeMoment()
    this.#pending.set(worker, message)
    if (this.#pending.size < this.#workers - this.#done) return
    this.#closeMoment()
    if (this.#thresholdsFailed()) end('threshold')
  }

  result(): RunResult {
    if (this.#pending.size > 0) this.#closeMoment()
    const elapsedMs = Math.max(0, (this.#endedAtMs ?? this.#options.now()) - this.startedAtMs)
    const isWhole = this.#done === this.#workers
    // What all threads told each second: of a thread that was lost it is all there is, of the others it is theirs too.
    const series = isWhole ? this.#series : this.#live
    return {
      ...{ test: this.#test, runId: this.#options.runId, startedAtMs: this.startedAtMs, elapsedMs },
      endedEarly: this.#endedEarly ?? (isWhole ? null : 'thread_lost'),
      series,
      thresholds: this.#test.thresholds.map((threshold) => this.#judged(threshold, series, elapsedMs)),
      ...{ moments: this.#moments, workers: this.#workers, ownDelay: this.#ownDelay },
    }
  }

  #elapsedMs(): number {
    return Math.max(0, this.#options.now() - this.startedAtMs)
  }

  #closeMoment(): void {
    const intervals = [...this.#pending.values()]
    this.#pending = new Map()
    const second = mergeSeries(intervals.flatMap(({ series }) => series.map(decodeSeries)))
    mergeSeries(
      [...second.values()].map((series) => decodeSeries(series.encode())),
      this.#live,
    )
    const counted = (of: ReadonlyMap<string, Series>) => ({
      requests: of.get('http_reqs')?.value ?? 0,
      failed: of.get('http_req_failed')?.value ?? 0,
      iterations: of.get('iterations')?.value ?? 0,
      dropped: of.get('dropped_iterations')?.value ?? 0,
    })
    const latency = second.get('http_req_duration')
    const has = latency !== undefined && latency.samples > 0
    const elapsedMs = this.#elapsedMs()
    const moment: Moment = {
      ...{ atMs: elapsedMs, vus: intervals.reduce((sum, { vus }) => sum + vus, 0), ...counted(second) },
      medianMs: has ? latency.histogram!.percentileMs(50) : null,
      p95Ms: has ? latency.histogram!.percentileMs(95) : null,
    }
    this.#moments.push(moment)
    const latestEndMs = Math.min(latestEndOf(this.#test.scenarios), this.#test.limits.maxDurationMs)
    this.#options.onProgress?.({ elapsedMs, latestEndMs, moment, totals: counted(this.#live) })
  }

  #thresholdsFailed(): boolean {
    const elapsedMs = this.#elapsedMs()
    return this.#test.thresholds.some(
      (threshold) =>
        threshold.abortOnFail &&
        elapsedMs >= threshold.delayAbortMs &&
        this.#judged(threshold, this.#live, elapsedMs).outcome === 'failed',
    )
  }

  #judged(threshold: Threshold, series: ReadonlyMap<string, Series>, elapsedMs: number): JudgedThreshold {
    const { selection, type, expression } = threshold
    const measured = series.get(selectionText(selection))?.measured(elapsedMs)
    const none = { samples: 0, isCounter: type === 'counter', aggregate: () => 0 }
    return { threshold, ...judge(expression, measured ?? none) }
  }
}
