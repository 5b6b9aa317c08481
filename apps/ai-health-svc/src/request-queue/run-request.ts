import type { VirtualKey } from '@akashic/config'
import type { Outbox } from '@akashic/shared/events'
import type { Transaction } from '@akashic/shared/postgres'
import { RetryLater, type Job } from '@akashic/shared/queue'
import { askOnce, type AskDeps, type Asked } from '../attempt/ask-once.ts'
import { backoffMs } from '../failure/backoff.ts'
import { ruleOf, type Failure } from '../failure/failure.ts'
import { readAiRequest, type AiRequest } from '../routing/ai-request.ts'
import { candidatesFor, type Candidate } from '../routing/candidates.ts'
import { completeRequest, type Ended } from './complete-request.ts'
import type { QueueDeps } from './queue-request.ts'
import { isOver, requestQueueName, type KeptRequest, type QueuedRequest, type RequestJob } from './queued-request.ts'
import { seal, unseal } from './seal.ts'
import { lockRequest, readSealed, saveRequest } from './store.ts'

export interface RunDeps extends QueueDeps {
  readonly ask: AskDeps
  readonly outbox: Outbox
  readonly keyNamed: (name: string) => VirtualKey | undefined
}

/** Longest attempt of a queued request; nobody waits for it. */
const longestAttemptMs = 600_000
const startSlackMs = 1_000

/** Makes one attempt of a queued request. That it begins is written before it is sent, so that an attempt in which the process
 *  died is known: it is `uncertain`, and made again only where that does no harm. */
export async function runRequest(deps: RunDeps, { id: jobId, data, signal }: Job): Promise<void> {
  const { requestId } = data as RequestJob
  const begun = await begin(deps, requestId, jobId)
  if (begun === null) return
  const { request, candidate, queued } = begun
  const bound = AbortSignal.any([signal, AbortSignal.timeout(longestAttemptMs)])
  let asked: Asked
  try {
    asked = await askOnce(deps.ask, candidate, request, bound)
  } catch {
    return endUnknown(deps, queued)
  }
  await record(deps, queued, begun, asked)
}

interface Begun {
  readonly queued: QueuedRequest
  readonly request: AiRequest
  readonly candidates: readonly Candidate[]
  readonly candidate: Candidate
}

async function begin(deps: RunDeps, requestId: string, jobId: string): Promise<Begun | null> {
  const { db, clock, settings, keyNamed } = deps
  const nowMs = clock.now()
  return db.transaction(async (tx) => {
    const queued = await lockRequest(tx, requestId)
    if (queued === null || isOver(queued.state)) return null
    const key = keyNamed(queued.keyName)
    if (queued.state === 'running') {
      // Another job has it: this one is late.
      if (queued.jobId !== jobId) return null
      if (!mayRunAgain(deps, queued, key)) return end(deps, tx, queued, 'uncertain')
    }
    if (queued.expiresAtMs <= nowMs) return end(deps, tx, queued, 'expired')
    const earlyMs = (queued.nextAttemptAtMs ?? 0) - nowMs
    if (queued.state === 'pending' && earlyMs > startSlackMs) throw new RetryLater('not due by this clock', earlyMs)
    const request = await open(deps, tx, queued)
    const candidates = request && key ? candidatesFor(settings().providers, request, key.allowedProviders) : []
    const candidate = candidates.find((each) => isCurrent(each, queued)) ?? candidates[0]
    if (!request || !candidate) return end(deps, tx, { ...queued, lastProblem: noLonger }, 'failed')
    const running: QueuedRequest = {
      ...queued,
      ...{ state: 'running', jobId, attempts: queued.attempts + 1, nextAttemptAtMs: null },
      ...{ provider: candidate.provider.name, answeredModel: candidate.model.id },
    }
    await saveRequest(tx, running)
    return { queued: running, request, candidates, candidate }
  })
}

const noLonger = {
  class: 'model_unavailable',
  message: 'its key, its model or the key that it was sealed with is no longer there',
} as const

const isCurrent = ({ provider, model }: Candidate, queued: QueuedRequest): boolean =>
  provider.name === queued.provider && model.id === queued.answeredModel

/** Whether an attempt of which nobody knows what came of it may be made once more. */
function mayRunAgain({ settings }: RunDeps, queued: QueuedRequest, key: VirtualKey | undefined): boolean {
  const provider = settings().providers.find(({ name }) => name === queued.provider)
  return key?.rerunUncertain === true || provider?.idempotent === true
}

async function open({ dataKey }: RunDeps, tx: Transaction, queued: QueuedRequest): Promise<AiRequest | null> {
  const { key } = dataKey()
  const { sealed } = await readSealed(tx, queued.id)
  const text = key && sealed ? unseal(sealed, key, queued.id) : null
  if (text === null) return null
  const { body, headers } = JSON.parse(text) as KeptRequest
  return readAiRequest(queued.endpoint, Buffer.from(body), headers)
}

async function end(deps: RunDeps, tx: Transaction, queued: QueuedRequest, state: Ended): Promise<null> {
  const bounds = { outbox: deps.outbox, nowMs: deps.clock.now(), keepMs: deps.settings().queue.keep }
  await completeRequest(bounds, tx, queued, state)
  return null
}

/** Nobody knows what came of an attempt that was broken off. */
async function endUnknown(deps: RunDeps, queued: QueuedRequest): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const present = await lockRequest(tx, queued.id)
    if (present?.state !== 'running' || present.attempts !== queued.attempts) return
    if (mayRunAgain(deps, queued, deps.keyNamed(queued.keyName))) await again(deps, tx, queued, deps.clock.now())
    else await end(deps, tx, queued, 'uncertain')
  })
}

async function record(deps: RunDeps, queued: QueuedRequest, begun: Begun, asked: Asked): Promise<void> {
  const { db, clock, outbox, settings, dataKey } = deps
  await db.transaction(async (tx) => {
    const present = await lockRequest(tx, queued.id)
    // Whoever was taken to have died and did not may still say what came of it.
    const isOurs =
      present?.attempts === queued.attempts && (present.state === 'running' || present.state === 'uncertain')
    if (!isOurs) return
    if (asked.kind === 'answered') {
      const bounds = { outbox, nowMs: clock.now(), keepMs: settings().queue.keep }
      const text = asked.answer.kind === 'whole' ? asked.answer.body.toString() : ''
      return completeRequest(bounds, tx, queued, 'succeeded', seal(text, dataKey().key!, queued.id))
    }
    if (present.state !== 'running') return
    if (asked.kind === 'left_alone') {
      const next = nextAfterLeftAlone(queued, begun)
      const isLast = begun.candidate === begun.candidates.at(-1)
      const atMs = isLast ? Math.min(asked.untilMs, clock.now() + longestWaitMs) : clock.now()
      return again(deps, tx, next, Math.max(atMs, clock.now()))
    }
    const { failure } = asked
    const failed = { ...queued, lastProblem: { class: failure.class, message: failure.message } }
    const next = nextAfter(failed, begun, failure, settings().queue.maxAttempts)
    if (next === null) return void (await end(deps, tx, failed, 'failed'))
    const [from, to] = [
      begun.candidates.indexOf(begun.candidate),
      begun.candidates.findIndex((each) => isCurrent(each, next)),
    ]
    // From the last back to the first it waits ever longer, as from one round to the next.
    const tries = to === from && next.retries === failed.retries + 1 ? next.retries : failed.attempts
    const waitMs = to > from ? 0 : backoffMs(tries, failure, deps.ask.random())
    await again(deps, tx, next, clock.now() + waitMs)
  })
}

const longestWaitMs = 60_000

/** Who is asked next after a failure, and how often in a row it failed; null when it is over. */
function nextAfter(
  failed: QueuedRequest,
  { candidates, candidate }: Begun,
  failure: Failure,
  maxAttempts: number,
): QueuedRequest | null {
  const rule = ruleOf(failure.class)
  if (!rule.isSwitched || failed.attempts >= maxAttempts) return null
  const most = rule.retries === null ? 0 : candidate.provider.retries[rule.retries]
  if (failed.retries < most) return { ...failed, retries: failed.retries + 1 }
  const following = candidates[candidates.indexOf(candidate) + 1]
  if (following) return movedTo(failed, following)
  // After the last the first is asked again, for what passes by itself.
  return rule.retries === null ? null : { ...movedTo(failed, candidates[0]!), retries: most }
}

function nextAfterLeftAlone(queued: QueuedRequest, { candidates, candidate }: Begun): QueuedRequest {
  const unmade = { ...queued, attempts: queued.attempts - 1 }
  return movedTo(unmade, candidates[candidates.indexOf(candidate) + 1] ?? candidates[0]!)
}

const movedTo = (queued: QueuedRequest, { provider, model }: Candidate): QueuedRequest => ({
  ...queued,
  ...{ retries: 0, provider: provider.name, answeredModel: model.id },
})

async function again(deps: RunDeps, tx: Transaction, queued: QueuedRequest, atMs: number): Promise<void> {
  await saveRequest(tx, { ...queued, state: 'pending', nextAttemptAtMs: atMs, jobId: null })
  const job: RequestJob = { requestId: queued.id }
  await deps.queue.send(tx, requestQueueName, job, { key: queued.id, startAt: atMs })
}
