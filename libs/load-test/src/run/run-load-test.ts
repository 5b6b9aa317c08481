import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { latestEndOf } from '../executor/bounds.ts'
import { decodeSeries, mergeSeries, type Series } from '../metric/series.ts'
import { selectionText } from '../metric/metric.ts'
import { judge, type Outcome } from '../threshold/judge-threshold.ts'
import type { LoadTest, Threshold } from '../scenario/load-test.ts'
import { allowedOriginsOf, type TargetPolicy } from './target-rules.ts'
import type { OwnDelay } from './own-delay.ts'
import type { FromThread, ThreadData, ToThread } from './thread-messages.ts'

export interface RunOptions extends TargetPolicy {
  /** Threads; as many as there are processors, less one, unless given. */
  readonly workers?: number
  /** ms since 1970. */
  readonly now: () => number
  /** 0 to 1; gives the threads what their choices begin with. */
  readonly random: () => number
  /** Marks the requests of this run. */
  readonly runId: string
  readonly signal?: AbortSignal
  /** Hears once a second how it goes. */
  readonly onProgress?: (progress: Progress) => void
}

/** One second of a test. Latencies in ms. */
export interface Moment {
  /** ms from the start to the end of this second. */
  readonly atMs: number
  readonly vus: number
  readonly requests: number
  readonly failed: number
  readonly iterations: number
  readonly dropped: number
  readonly medianMs: number | null
  readonly p95Ms: number | null
}

export interface Progress {
  readonly elapsedMs: number
  /** When it ends at the latest, ms from the start. */
  readonly latestEndMs: number
  readonly moment: Moment
  readonly totals: {
    readonly requests: number
    readonly failed: number
    readonly iterations: number
    readonly dropped: number
  }
}

export interface JudgedThreshold {
  readonly threshold: Threshold
  readonly outcome: Outcome
  readonly value: number | null
}

/** Why a test ended before its time. */
export type EndedEarly = 'aborted' | 'threshold' | 'max_requests' | 'max_duration' | 'thread_lost'

export interface RunResult {
  readonly test: LoadTest
  readonly runId: string
  /** ms since 1970. */
  readonly startedAtMs: number
  readonly elapsedMs: number
  readonly endedEarly: EndedEarly | null
  /** All series, by their names with tags. */
  readonly series: ReadonlyMap<string, Series>
  readonly thresholds: readonly JudgedThreshold[]
  readonly moments: readonly Moment[]
  readonly workers: number
  /** Of the thread that was latest. */
  readonly ownDelay: OwnDelay
}

/** From when all threads are there to the start. */
const leadMs = 50
const abortWithinMs = 800
const threadUrl = new URL('./thread.ts', import.meta.url)

/** Runs a load test in threads, and adds up what they measured.
 *  @throws TargetRefused before anything is sent. */
export async function runLoadTest(test: LoadTest, options: RunOptions): Promise<RunResult> {
  const origins = allowedOriginsOf(test, options)
  const workers = options.workers ?? Math.max(1, availableParallelism() - 1)
  const requests = new SharedArrayBuffer(4)
  const data = { test, workers, origins, allowHosts: options.allowHosts, requests }
  const markedBy = { 'user-agent': 'akashic-load-test', 'x-akashic-load-test': options.runId }
  const run = new Run(test, options, workers)
  const threads = Array.from({ length: workers }, (_, worker) => {
    const seed = Math.floor(options.random() * 2 ** 32)
    const workerData: ThreadData = { ...data, markedBy, worker, seed }
    return new Worker(threadUrl, { workerData })
  })
  const tellAll = (message: ToThread): void => {
    for (const thread of threads) thread.postMessage(message)
  }
  const end = (why: EndedEarly): void => {
    if (!run.end(why)) return
    tellAll({ kind: 'abort' })
    setTimeout(() => void Promise.all(threads.map((thread) => thread.terminate())), abortWithinMs).unref()
  }
  const onAbort = (): void => end('aborted')
  options.signal?.addEventListener('abort', onAbort, { once: true })
  if (options.signal?.aborted) onAbort()
  let limit: NodeJS.Timeout | undefined
  const start = (): void => {
    run.startedAtMs = options.now() + leadMs
    tellAll({ kind: 'start', atMs: run.startedAtMs })
    limit = setTimeout(() => end('max_duration'), leadMs + test.limits.maxDurationMs)
  }
  try {
    await Promise.all(
      threads.map((thread, index) =>
        follow(thread, (message) => run.take(index, message, { start, end })).catch(() => end('thread_lost')),
      ),
    )
  } finally {
    clearTimeout(limit)
    options.signal?.removeEventListener('abort', onAbort)
  }
  if (Atomics.load(new Int32Array(requests), 0) > test.limits.maxRequests) run.end('max_requests')
  return run.result()
}

function follow(thread: Worker, take: (message: FromThread) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    thread.on('message', take)
    thread.once('error', reject)
    thread.once('exit', () => resolve())
  })
}

interface RunControl {
  readonly start: () => void
  readonly end: (why: EndedEarly) => void
}

/** What is known of a run until now. */
class Run {
  readonly #test: LoadTest
  readonly #options: RunOptions
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

  constructor(test: LoadTest, options: RunOptions, workers: number) {
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
    return {
      ...{ test: this.#test, runId: this.#options.runId, startedAtMs: this.startedAtMs, elapsedMs },
      endedEarly: this.#endedEarly ?? (isWhole ? null : 'thread_lost'),
      series: isWhole ? this.#series : mergeSeries(this.#live.values(), this.#series),
      thresholds: this.#test.thresholds.map((threshold) => this.#judged(threshold, this.#series, elapsedMs)),
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
