import { requestQueueName } from './queued-request.ts'
import { runRequest, type RunDeps } from './run-request.ts'

/** What a job of which the process died is found by, and how often it may die. */
const definition = {
  name: requestQueueName,
  retryLimit: 20,
  retryDelaySeconds: 1,
  retryDelayMaxSeconds: 60,
  heartbeatSeconds: 10,
  expireInSeconds: 900,
}

/** Makes the attempts of queued requests that are due. */
export function createRequestWorker(deps: RunDeps) {
  let begun: Promise<void> | null = null

  async function beginOnce(): Promise<void> {
    await deps.queue.define(definition)
    const { concurrency } = deps.settings().queue
    await deps.queue.work(requestQueueName, (job) => runRequest(deps, job), { concurrency })
  }

  return {
    /** Begins once; a failure is tried again with the next call. */
    begin: (): Promise<void> =>
      (begun ??= beginOnce().catch((error: unknown) => {
        begun = null
        throw error
      })),
  }
}
