import type { FailureClassName } from '@akashic/proto'
import { sql, type Queryable } from '@akashic/shared/postgres'
import type { DriftState } from './drift.ts'
import type { Judged } from './monitor.ts'
import type { RecordedResponse } from './quality-report.ts'
import type { QualityFlag } from './response-scores.ts'

export interface StoredDrift {
  readonly state: DriftState
  /** Signals whose change was noticed and that are not good again. */
  readonly firing: readonly string[]
  /** Answers since the last alarm. */
  readonly quiet: number
}

/** Where the watch of a model stands, locked; `initial` where it was never watched. */
export async function lockDrift(
  tx: Queryable,
  provider: string,
  model: string,
  initial: DriftState,
  nowMs: number,
): Promise<StoredDrift> {
  await tx.query(sql`
    INSERT INTO ai_health.drift (provider, model, state, firing, quiet, changed_at)
    VALUES (${provider}, ${model}, ${sql.json(initial)}, '{}', 0, ${new Date(nowMs)})
    ON CONFLICT (provider, model) DO NOTHING`)
  const [row] = await tx.query<StoredDrift>(sql`
    SELECT state, firing, quiet FROM ai_health.drift WHERE provider = ${provider} AND model = ${model} FOR UPDATE`)
  return row!
}

export async function saveDrift(
  tx: Queryable,
  provider: string,
  model: string,
  { state, firing, quiet }: StoredDrift,
  nowMs: number,
): Promise<void> {
  await tx.query(sql`
    UPDATE ai_health.drift
       SET state = ${sql.json(state)}, firing = ${firing}::text[], quiet = ${quiet},
           changed_at = ${new Date(nowMs)}
     WHERE provider = ${provider} AND model = ${model}`)
}

export async function readFiring(
  db: Queryable,
): Promise<readonly { readonly provider: string; readonly model: string; readonly firing: readonly string[] }[]> {
  return db.query(sql`SELECT provider, model, firing FROM ai_health.drift WHERE cardinality(firing) > 0`)
}

/** @returns the ids of those that were not written before. */
export async function insertResponses(tx: Queryable, judged: readonly Judged[]): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ id: string }>(sql`
    INSERT INTO ai_health.response
      (id, at, provider, model, error_class, length, coherence, relevance, sentence_order, flags)
    SELECT id, at, provider, model, error_class, length, coherence, relevance, sentence_order,
           CASE WHEN flags = '' THEN '{}' ELSE string_to_array(flags, ',') END
      FROM unnest(
             ${judged.map(({ id }) => id)}::uuid[],
             ${judged.map(({ atMs }) => new Date(atMs))}::timestamptz[],
             ${judged.map(({ provider }) => provider)}::text[],
             ${judged.map(({ model }) => model)}::text[],
             ${judged.map(({ error }) => error)}::text[],
             ${judged.map(({ scores }) => scores?.length ?? null)}::int[],
             ${judged.map(({ scores }) => scores?.coherence ?? null)}::real[],
             ${judged.map(({ scores }) => scores?.relevance ?? null)}::real[],
             ${judged.map(({ scores }) => scores?.order ?? null)}::real[],
             ${judged.map(({ scores }) => scores?.flags.join(',') ?? '')}::text[]
           ) AS r (id, at, provider, model, error_class, length, coherence, relevance, sentence_order, flags)
    ON CONFLICT (id) DO NOTHING
    RETURNING id`)
  return new Set(rows.map(({ id }) => id))
}

export interface ResponseFilter {
  readonly window: number
  /** Empty: of all. */
  readonly provider: string
  readonly model: string
}

interface Row {
  readonly at: Date
  readonly provider: string
  readonly model: string
  readonly error_class: FailureClassName | null
  readonly length: number | null
  readonly coherence: number | null
  readonly relevance: number | null
  readonly flags: readonly QualityFlag[]
  readonly rating: number | null
}

/** The newest responses, and the newest ratings of people within as many rated ones. */
export async function readNewest(
  db: Queryable,
  { window, provider, model }: ResponseFilter,
): Promise<{ readonly responses: RecordedResponse[]; readonly ratings: number[] }> {
  const fits = sql`(${provider} = '' OR provider = ${provider}) AND (${model} = '' OR model = ${model})`
  const rows = await db.query<Row>(sql`
    SELECT at, provider, model, error_class, length, coherence, relevance, flags, rating
      FROM ai_health.response WHERE ${fits} ORDER BY num DESC LIMIT ${window}`)
  const responses = rows.map((row) => ({
    atMs: row.at.getTime(),
    provider: row.provider,
    model: row.model,
    isError: row.error_class !== null,
    errorClass: row.error_class,
    length: row.length,
    coherence: row.coherence,
    relevance: row.relevance,
    flags: row.flags,
  }))
  return { responses, ratings: rows.flatMap(({ rating }) => (rating === null ? [] : [rating])) }
}

/** @returns whether there is such a response. */
export async function rateResponse(db: Queryable, id: string, rating: number): Promise<boolean> {
  const rows = await db.query(sql`UPDATE ai_health.response SET rating = ${rating} WHERE id = ${id} RETURNING 1`)
  return rows.length > 0
}

/** Deletes responses from before `beforeMs`, in a portion.
 *  @returns how many. */
export async function deleteResponses(db: Queryable, beforeMs: number, limit: number): Promise<number> {
  const rows = await db.query(sql`
    DELETE FROM ai_health.response
     WHERE num IN (
             SELECT num FROM ai_health.response WHERE at < ${new Date(beforeMs)} ORDER BY at LIMIT ${limit})
    RETURNING 1`)
  return rows.length
}
