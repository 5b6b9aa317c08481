import type { VirtualKey } from '@akashic/config'
import type { FailureClassName } from '@akashic/proto'
import type { Actor } from '@akashic/shared/audit'
import { uuidv7 } from '@akashic/shared/ids'
import { ask, type Refused } from '../attempt/ask.ts'
import type { AskDeps } from '../attempt/ask-once.ts'
import { DeadlineReached } from '../attempt/deadline-reached.ts'
import { digestOf, findQueued, queueRequest, type QueueDeps } from '../request-queue/queue-request.ts'
import { getRequest } from '../request-queue/read-requests.ts'
import { isOver, type QueuedRequest } from '../request-queue/queued-request.ts'
import type { AiRequest } from '../routing/ai-request.ts'
import { nameOf, type Candidate } from '../routing/candidates.ts'
import { backoffMs } from './backoff.ts'
import { ruleOf, type Failure } from './failure.ts'
import { releaseFailure, takeFailure } from './store.ts'
import { failureOf, readTold, type ReadFailure, type ReadToldDeps, type ToldFailure } from './told-failure.ts'

export type FailureResponse = { readonly class: FailureClassName } & (
  | {
      readonly action: 'retry_with_backoff'
      readonly backoffTimeMs: number
      readonly estimatedRetryAtMs: number
      /** Of the request in the queue, which owns it; null: the caller still does. */
      readonly requestId: string | null
    }
  | {
      readonly action: 'switched_to_backup'
      readonly service: string
      readonly resultJson: string
      readonly attempts: number
    }
  | {
      readonly action: 'all_services_failed'
      readonly error: string
      readonly retryAfterMs: number | null
      readonly attempts: number
    }
)

export interface HandleFailureDeps extends ReadToldDeps {
  readonly ask: AskDeps
  readonly queue: QueueDeps
}

const longestTimeoutMs = 300_000
/** What dealing with it takes beyond the backups. */
const leaseMarginMs = 30_000
const ofAccount: ReadonlySet<FailureClassName> = new Set([
  'quota_exhausted',
  'bad_credentials',
  'api_connection_failed',
])

/** Decides what becomes of a request that failed. It has one owner at any time: what is queued is tried by the queue alone, what is
 *  sent to a backup was not queued, and who tells of it again meanwhile is told to wait.
 *  @throws OpsError invalid_argument, or not_found for a key or a provider that is not there. */
export async function handleFailure(
  deps: HandleFailureDeps,
  told: ToldFailure,
  actor: Actor,
): Promise<FailureResponse> {
  const read = readTold(deps, told)
  const failure = failureOf(told, deps.ask.clock.now())
  const { db, clock } = deps.queue
  const digest = digestOf(read.request)
  if (digest === null) return dealWith(deps, told, read, failure, actor)
  const owner = { keyName: read.key?.name ?? '', digest, owner: uuidv7(clock.now()) }
  if (!(await takeFailure(db, owner, boundOf(deps, told) + leaseMarginMs))) return beingDealtWith(failure, clock.now())
  try {
    return await dealWith(deps, told, read, failure, actor)
  } finally {
    await releaseFailure(db, owner)
  }
}

async function dealWith(
  deps: HandleFailureDeps,
  told: ToldFailure,
  { key, request, candidates, failed }: ReadFailure,
  failure: Failure,
  actor: Actor,
): Promise<FailureResponse> {
  const queued = key && (await findQueued(deps.queue, key, request))
  if (queued && !isOver(queued.state)) return waitingFor(queued, deps.ask.clock.now())
  if (queued) return endedAs(deps.queue, queued, failure)
  const rule = ruleOf(failure.class)
  if (!rule.isSwitched) return nothingToTry(failure, `the request itself is wrong, and no provider can answer it`)
  if (isRetried(failure.class, told.retryCount, failed))
    return retryLater(deps, { key, request, failed, failure, told }, actor)
  return switchToBackup(deps, request, backupsAfter(candidates, failed, failure), failure, boundOf(deps, told))
}

/** How long backups may take, in milliseconds. */
const boundOf = ({ settings }: HandleFailureDeps, { timeoutMs }: ToldFailure): number =>
  Math.min(timeoutMs > 0 ? timeoutMs : settings().proxy.deadline, longestTimeoutMs)

const askAgainMs = 1_000

const beingDealtWith = (failure: Failure, nowMs: number): FailureResponse => ({
  ...{ action: 'retry_with_backoff', class: failure.class, backoffTimeMs: askAgainMs },
  ...{ estimatedRetryAtMs: nowMs + askAgainMs, requestId: null },
})

/** After as many retries as are configured it goes to a backup; after a rate limit, as the guide has it, after one more. */
function isRetried(failureClass: FailureClassName, retryCount: number, { provider }: Candidate): boolean {
  const { retries } = ruleOf(failureClass)
  const most = retries === null ? 0 : provider.retries[retries]
  return failureClass === 'rate_limit_exceeded' ? most > 0 && retryCount <= most : retryCount < most
}

function waitingFor(queued: QueuedRequest, nowMs: number): FailureResponse {
  const atMs = queued.nextAttemptAtMs ?? nowMs
  return {
    action: 'retry_with_backoff',
    class: queued.lastProblem?.class ?? 'api_connection_failed',
    backoffTimeMs: Math.max(0, atMs - nowMs),
    estimatedRetryAtMs: atMs,
    requestId: queued.id,
  }
}

/** What came of a request that the queue had, for whoever comes again with its Idempotency-Key: it is done once. */
async function endedAs(deps: QueueDeps, queued: QueuedRequest, failure: Failure): Promise<FailureResponse> {
  const { resultJson } = await getRequest(deps, queued.id)
  if (queued.state !== 'succeeded' || resultJson === null) {
    const why = queued.lastProblem === null ? '' : ` (${queued.lastProblem.message})`
    return nothingToTry(failure, `the queue ended it as ${queued.state}${why}; another Idempotency-Key tries it anew`)
  }
  const service = `${queued.provider}/${queued.answeredModel}`
  return { action: 'switched_to_backup', class: failure.class, service, resultJson, attempts: queued.attempts }
}

interface Retried {
  readonly key: VirtualKey | null
  readonly request: AiRequest
  readonly failed: Candidate
  readonly failure: Failure
  readonly told: ToldFailure
}

async function retryLater(
  deps: HandleFailureDeps,
  { key, request, failed, failure, told }: Retried,
  actor: Actor,
): Promise<FailureResponse> {
  const nowMs = deps.ask.clock.now()
  const backoffTimeMs = backoffMs(told.retryCount, failure, deps.ask.random())
  const nextAttemptAtMs = nowMs + backoffTimeMs
  if (!key?.queue) {
    return {
      ...{ action: 'retry_with_backoff', class: failure.class, backoffTimeMs },
      ...{ estimatedRetryAtMs: nextAttemptAtMs, requestId: null },
    }
  }
  const retries = told.retryCount
  const queued = await queueRequest(
    deps.queue,
    { key, request, candidate: failed, failure, retries, nextAttemptAtMs },
    actor,
  )
  return { ...waitingFor(queued, nowMs), class: failure.class }
}

/** Whoever is asked instead, in order. Money, credentials and the network are of the account: its other models are of no use
 *  either. */
function backupsAfter(
  candidates: readonly Candidate[],
  failed: Candidate,
  { class: failureClass }: Failure,
): Candidate[] {
  const isOfAccount = ofAccount.has(failureClass)
  return candidates.filter((each) => each !== failed && !(isOfAccount && each.provider.name === failed.provider.name))
}

async function switchToBackup(
  { ask: askDeps, settings }: HandleFailureDeps,
  request: AiRequest,
  backups: readonly Candidate[],
  failure: Failure,
  bound: number,
): Promise<FailureResponse> {
  const deadline = new AbortController()
  const timer = askDeps.clock.after(bound, () => deadline.abort(new DeadlineReached('the time is over')))
  const bounds = {
    deadlineAtMs: askDeps.clock.now() + bound,
    longestWaitMs: settings().proxy.longestWait,
    signal: deadline.signal,
  }
  try {
    const result = await ask(askDeps, request, backups, bounds)
    if (result.kind === 'refused') {
      return result.isOutOfTime
        ? nothingToTry(failure, `no backup answered within ${bound} ms`)
        : noBackup(failure, result)
    }
    const { answer, candidate, attempts } = result
    const resultJson = answer.kind === 'whole' ? answer.body.toString() : ''
    return { action: 'switched_to_backup', class: failure.class, service: nameOf(candidate), resultJson, attempts }
  } finally {
    timer.cancel()
  }
}

function noBackup(failure: Failure, { refusals, retryAfterMs, attempts }: Refused): FailureResponse {
  const told = refusals.map(({ candidate, reason }) => `${nameOf(candidate)}: ${reason}`).join('; ')
  const error = told === '' ? 'No backup services available' : `No backup services available (${told})`
  return {
    action: 'all_services_failed',
    class: failure.class,
    error,
    retryAfterMs: retryAfterMs ?? failure.retryAfterMs,
    attempts,
  }
}

const nothingToTry = (failure: Failure, error: string): FailureResponse => ({
  ...{ action: 'all_services_failed', class: failure.class, error, retryAfterMs: failure.retryAfterMs, attempts: 0 },
})
