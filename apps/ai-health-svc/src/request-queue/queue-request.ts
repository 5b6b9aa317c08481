import { createHash } from 'node:crypto'
import type { AiSettings, VirtualKey } from '@akashic/config'
import type { Actor } from '@akashic/shared/audit'
import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import { uuidv7 } from '@akashic/shared/ids'
import type { Database } from '@akashic/shared/postgres'
import type { Queue } from '@akashic/shared/queue'
import { addAudit } from '../audit/audit.ts'
import type { Failure } from '../failure/failure.ts'
import type { AiRequest } from '../routing/ai-request.ts'
import type { Candidate } from '../routing/candidates.ts'
import type { DataKey } from './data-key.ts'
import { requestQueueName, type KeptRequest, type QueuedRequest, type RequestJob } from './queued-request.ts'
import { seal } from './seal.ts'
import { countWaiting, findByIdempotency, insertRequest } from './store.ts'

export interface QueueDeps {
  readonly db: Database
  readonly clock: Clock
  readonly queue: Queue
  readonly settings: () => AiSettings
  readonly dataKey: () => DataKey
}

export interface RequestToQueue {
  readonly key: VirtualKey
  readonly request: AiRequest
  /** Who failed last, how, and how often in a row. */
  readonly candidate: Candidate
  readonly failure: Failure
  readonly retries: number
  readonly nextAttemptAtMs: number
}

/** The request that was queued with this Idempotency-Key, while there is one. */
export async function findQueued(
  { db }: Pick<QueueDeps, 'db'>,
  key: VirtualKey,
  request: AiRequest,
): Promise<QueuedRequest | null> {
  const digest = digestOf(request)
  return digest === null ? null : findByIdempotency(db, key.name, digest)
}

/** Keeps a request, encrypted, to be tried again: from now on the queue owns it, and nobody else may send it.
 *  @throws OpsError failed_precondition without a key to encrypt with, resource_exhausted when too many wait. */
export async function queueRequest(deps: QueueDeps, asked: RequestToQueue, actor: Actor): Promise<QueuedRequest> {
  const { db, clock, queue, settings, dataKey } = deps
  const { keep, maxWaiting } = settings().queue
  const { key } = dataKey()
  if (key === null) throw new OpsError('failed_precondition', 'Nothing can be queued: there is no AKASHIC_DATA_KEY.')
  const nowMs = clock.now()
  const queued = newRequest(asked, uuidv7(nowMs), nowMs, keep)
  const { body, headers } = asked.request
  const kept: KeptRequest = { body: body.toString(), headers: { 'idempotency-key': queued.id, ...headers } }
  const sealed = seal(JSON.stringify(kept), key, queued.id)
  const idempotencyDigest = digestOf(asked.request)
  return db.transaction(async (tx) => {
    if ((await countWaiting(tx, maxWaiting)) >= maxWaiting) {
      throw new OpsError('resource_exhausted', `${maxWaiting} requests wait already, the most that may.`)
    }
    if (!(await insertRequest(tx, { ...queued, sealed, idempotencyDigest }))) {
      return (await findByIdempotency(tx, asked.key.name, idempotencyDigest!))!
    }
    const job: RequestJob = { requestId: queued.id }
    await queue.send(tx, requestQueueName, job, { key: queued.id, startAt: asked.nextAttemptAtMs })
    const detail = { key: asked.key.name, model: queued.model, provider: queued.provider, class: asked.failure.class }
    await addAudit(tx, nowMs, actor, [{ action: 'ai_request.queue', subject: queued.id, detail }])
    return queued
  })
}

function newRequest(asked: RequestToQueue, id: string, nowMs: number, keepMs: number): QueuedRequest {
  const { key, request, candidate, failure, retries, nextAttemptAtMs } = asked
  return {
    ...{ id, version: 1, state: 'pending', keyName: key.name, endpoint: request.endpoint, model: request.model },
    ...{ attempts: 0, retries, provider: candidate.provider.name, answeredModel: candidate.model.id },
    lastProblem: { class: failure.class, message: failure.message },
    ...{ createdAtMs: nowMs, nextAttemptAtMs, completedAtMs: null, expiresAtMs: nowMs + keepMs, jobId: null },
  }
}

/** What a request is known by again; null where it has no Idempotency-Key. */
export function digestOf({ headers }: AiRequest): string | null {
  const given = headers['idempotency-key']
  return given === undefined ? null : createHash('sha256').update(given).digest('hex')
}
