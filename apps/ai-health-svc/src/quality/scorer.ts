import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Logger } from '@akashic/shared/log'
import type { ObservedResponse } from './observed-response.ts'
import type { ResponseScores } from './response-scores.ts'

export interface Scorer {
  /** Null when the answer was dropped, or could not be scored. An urgent one is the next, and is not dropped. */
  score(response: ObservedResponse, how?: { readonly isUrgent: boolean }): Promise<ResponseScores | null>
  /** What waits is answered with null, and the memory of the model goes back to the system. */
  stop(): Promise<void>
}

export interface ScorerOptions {
  /** More answers than this that wait are dropped. */
  readonly maxWaiting?: number
  readonly timeoutMs?: number
  readonly log: Logger
  readonly monotonicMs: () => number
  /** What the thread runs; tests give one that misbehaves. */
  readonly workerUrl?: URL
}

interface Waiting {
  readonly response: ObservedResponse
  readonly resolve: (scores: ResponseScores | null) => void
}

/** A thread that fails again at once is started after a rest, which doubles with every failure in a row. */
const firstRestMs = 1_000
const longestRestMs = 60_000
/** Of the heap; the vectors and the weights of the model lie outside of it. */
const maxHeapMb = 256
const scoringWorker = new URL('./scorer.worker.ts', import.meta.url)

/**
 * Scores one answer after the other in a thread, which is started, and loads the model, at the first answer. A thread that
 * crashes, or that takes longer than `timeoutMs` for an answer, is replaced at the next one.
 */
export function createScorer(options: ScorerOptions): Scorer {
  const { maxWaiting = 64, timeoutMs = 10_000, log, monotonicMs, workerUrl = scoringWorker } = options
  const waiting: Waiting[] = []
  let worker: Worker | null = null
  let isWorking = false
  let isStopped = false
  let failedInRow = 0
  let restAfterMs = 0

  async function workOff(): Promise<void> {
    isWorking = true
    for (let next = waiting.shift(); next; next = waiting.shift()) next.resolve(await scored(next.response))
    isWorking = false
  }

  async function scored(response: ObservedResponse): Promise<ResponseScores | null> {
    if (isStopped || monotonicMs() < restAfterMs) return null
    let asked: Worker | null = null
    try {
      worker ??= startWorker()
      asked = worker
      const scores = await answerOf(asked, response, timeoutMs)
      failedInRow = 0
      return scores
    } catch (error) {
      if (!isStopped) noteFailure(response, error)
      if (worker === asked) worker = null
      await asked?.terminate()
      return null
    }
  }

  function startWorker(): Worker {
    const started = new Worker(workerUrl, { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } })
    // An error while nothing is asked must not end the process; `exit` follows it.
    started.on('error', () => undefined)
    started.once('exit', () => {
      if (worker === started) worker = null
    })
    return started
  }

  /** One line for a row of failures: a thread that cannot start fails at every answer. The text is never in it. */
  function noteFailure({ provider, model }: ObservedResponse, error: unknown): void {
    failedInRow += 1
    if (failedInRow > 1) {
      restAfterMs = monotonicMs() + Math.min(longestRestMs, firstRestMs * 2 ** (failedInRow - 2))
      return
    }
    const reason = (error as { code?: string }).code ?? (error as Error).name
    log.warn({ provider, model, reason }, 'an answer could not be scored; its thread is replaced')
  }

  return {
    score: (response, { isUrgent } = { isUrgent: false }) => {
      if (isStopped) return Promise.resolve(null)
      if (isWorking && waiting.length >= maxWaiting && !isUrgent) return Promise.resolve(null)
      const { promise, resolve } = Promise.withResolvers<ResponseScores | null>()
      if (isUrgent) waiting.unshift({ response, resolve })
      else waiting.push({ response, resolve })
      if (!isWorking) void workOff()
      return promise
    },
    stop: async () => {
      isStopped = true
      await worker?.terminate()
    },
  }
}

/** @throws when the thread crashes, ends, or does not answer in time. */
async function answerOf(worker: Worker, response: ObservedResponse, timeoutMs: number): Promise<ResponseScores> {
  const settled = new AbortController()
  const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(timeoutMs)])
  const exited = once(worker, 'exit', { signal }).then(() => {
    throw Object.assign(new Error('the thread ended'), { code: 'THREAD_ENDED' })
  })
  try {
    worker.postMessage(response)
    const [scores] = (await Promise.race([once(worker, 'message', { signal }), exited])) as [ResponseScores]
    return scores
  } finally {
    settled.abort()
    exited.catch(() => undefined)
  }
}
