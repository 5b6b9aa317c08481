import type { FailureClassName, RequestStateName } from '@akashic/proto'
import { sql, type Queryable } from '@akashic/shared/postgres'
import type { Endpoint } from '../routing/ai-request.ts'
import type { QueuedRequest } from './queued-request.ts'

interface Row {
  readonly num: number
  readonly id: string
  readonly version: number
  readonly state: RequestStateName
  readonly key_name: string
  readonly endpoint: Endpoint
  readonly model: string
  readonly attempts: number
  readonly retries: number
  readonly provider: string
  readonly answered_model: string
  readonly last_class: FailureClassName | null
  readonly last_message: string | null
  readonly created_at: Date
  readonly next_attempt_at: Date | null
  readonly completed_at: Date | null
  readonly expires_at: Date
  readonly job_id: string | null
}

export interface StoredRequest extends QueuedRequest {
  readonly num: number
}

const columns = sql`num, id, version, state, key_name, endpoint, model, attempts, retries, provider, answered_model,
  last_class, last_message, created_at, next_attempt_at, completed_at, expires_at, job_id`

export interface NewRequest extends QueuedRequest {
  readonly sealed: Buffer
  readonly idempotencyDigest: string | null
}

/** @returns false when the same Idempotency-Key was queued already. */
export async function insertRequest(tx: Queryable, request: NewRequest): Promise<boolean> {
  const { lastProblem, nextAttemptAtMs } = request
  const rows = await tx.query(sql`
    INSERT INTO ai_health.request
      (id, state, key_name, endpoint, model, sealed, idempotency_digest, attempts, retries, provider, answered_model,
       last_class, last_message, created_at, next_attempt_at, expires_at)
    VALUES (${request.id}, ${request.state}, ${request.keyName}, ${request.endpoint}, ${request.model}, ${request.sealed},
            ${request.idempotencyDigest}, ${request.attempts}, ${request.retries}, ${request.provider},
            ${request.answeredModel}, ${lastProblem?.class ?? null}, ${lastProblem?.message ?? null},
            ${new Date(request.createdAtMs)}, ${instant(nextAttemptAtMs)}, ${new Date(request.expiresAtMs)})
    ON CONFLICT (key_name, idempotency_digest) DO NOTHING
    RETURNING 1`)
  return rows.length > 0
}

export async function findByIdempotency(db: Queryable, keyName: string, digest: string): Promise<StoredRequest | null> {
  const [row] = await db.query<Row>(sql`
    SELECT ${columns} FROM ai_health.request WHERE key_name = ${keyName} AND idempotency_digest = ${digest}`)
  return row ? requestOf(row) : null
}

export async function countWaiting(db: Queryable, upTo: number): Promise<number> {
  const [row] = await db.query<{ count: number }>(sql`
    SELECT count(*)::int AS count
      FROM (SELECT 1 FROM ai_health.request WHERE state IN ('pending', 'running') LIMIT ${upTo}) AS waiting`)
  return row!.count
}

export async function lockRequest(tx: Queryable, id: string): Promise<StoredRequest | null> {
  const [row] = await tx.query<Row>(sql`SELECT ${columns} FROM ai_health.request WHERE id = ${id} FOR UPDATE`)
  return row ? requestOf(row) : null
}

export async function readRequest(db: Queryable, id: string): Promise<StoredRequest | null> {
  const [row] = await db.query<Row>(sql`SELECT ${columns} FROM ai_health.request WHERE id = ${id}`)
  return row ? requestOf(row) : null
}

export async function readSealed(
  db: Queryable,
  id: string,
): Promise<{ readonly sealed: Buffer | null; readonly sealedResult: Buffer | null }> {
  const [row] = await db.query<{ sealed: Buffer | null; sealed_result: Buffer | null }>(sql`
    SELECT sealed, sealed_result FROM ai_health.request WHERE id = ${id}`)
  return { sealed: row?.sealed ?? null, sealedResult: row?.sealed_result ?? null }
}

/** Writes what may change of a request. Once it is over, what was asked is deleted; `sealedResult` is the answer. */
export async function saveRequest(
  tx: Queryable,
  request: QueuedRequest,
  sealedResult: Buffer | null = null,
): Promise<void> {
  const { state, lastProblem } = request
  await tx.query(sql`
    UPDATE ai_health.request
       SET version = version + 1, state = ${state}, attempts = ${request.attempts}, retries = ${request.retries},
           provider = ${request.provider}, answered_model = ${request.answeredModel},
           last_class = ${lastProblem?.class ?? null}, last_message = ${lastProblem?.message ?? null},
           next_attempt_at = ${instant(request.nextAttemptAtMs)}, completed_at = ${instant(request.completedAtMs)},
           expires_at = ${new Date(request.expiresAtMs)}, job_id = ${request.jobId},
           sealed = CASE WHEN ${state} IN ('pending', 'running') THEN sealed END, sealed_result = ${sealedResult}
     WHERE id = ${request.id}`)
}

/** Newest first. */
export async function readRequests(
  db: Queryable,
  beforeNum: number,
  state: RequestStateName | null,
  limit: number,
): Promise<StoredRequest[]> {
  const rows = await db.query<Row>(sql`
    SELECT ${columns}
      FROM ai_health.request
     WHERE num < ${beforeNum} AND (${state}::text IS NULL OR state = ${state})
     ORDER BY num DESC
     LIMIT ${limit}`)
  return rows.map(requestOf)
}

export async function countStates(db: Queryable): Promise<Record<string, number>> {
  const rows = await db.query<{ state: string; count: number }>(sql`
    SELECT state, count(*)::int AS count FROM ai_health.request GROUP BY state`)
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

/** Requests whose time is over while they wait, oldest first, locked; those that others have at hand are passed over. */
export async function lockExpired(tx: Queryable, nowMs: number, limit: number): Promise<StoredRequest[]> {
  const rows = await tx.query<Row>(sql`
    SELECT ${columns}
      FROM ai_health.request
     WHERE state = 'pending' AND expires_at <= ${new Date(nowMs)}
     ORDER BY expires_at
     LIMIT ${limit}
       FOR UPDATE SKIP LOCKED`)
  return rows.map(requestOf)
}

/** Deletes requests that are over, with their answers, once their time is.
 *  @returns how many. */
export async function deleteOver(db: Queryable, nowMs: number, limit: number): Promise<number> {
  const rows = await db.query(sql`
    DELETE FROM ai_health.request
     WHERE num IN (
             SELECT num FROM ai_health.request
              WHERE state NOT IN ('pending', 'running') AND expires_at <= ${new Date(nowMs)}
              LIMIT ${limit})
    RETURNING 1`)
  return rows.length
}

const instant = (ms: number | null): Date | null => (ms === null ? null : new Date(ms))

function requestOf(row: Row): StoredRequest {
  return {
    num: row.num,
    id: row.id,
    version: row.version,
    state: row.state,
    keyName: row.key_name,
    endpoint: row.endpoint,
    model: row.model,
    attempts: row.attempts,
    retries: row.retries,
    provider: row.provider,
    answeredModel: row.answered_model,
    lastProblem: row.last_class === null ? null : { class: row.last_class, message: row.last_message ?? '' },
    createdAtMs: row.created_at.getTime(),
    nextAttemptAtMs: row.next_attempt_at?.getTime() ?? null,
    completedAtMs: row.completed_at?.getTime() ?? null,
    expiresAtMs: row.expires_at.getTime(),
    jobId: row.job_id,
  }
}
