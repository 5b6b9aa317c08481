import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { LoadTest } from '../scenario/load-test.ts'
import type { EndedEarly, RunResult } from './run-result.ts'
import { RunSoFar, type RunSoFarOptions } from './run-so-far.ts'
import { allowedOriginsOf, type TargetPolicy } from './target-rules.ts'
import type { FromThread, ThreadData, ToThread } from './thread-messages.ts'

export interface RunOptions extends TargetPolicy, RunSoFarOptions {
  /** Threads; as many as there are processors, less one, unless given. */
  readonly workers?: number
  /** 0 to 1; gives the threads what their choices begin with. */
  readonly random: () => number
  readonly signal?: AbortSignal
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
  const run = new RunSoFar(test, options, workers)
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
