import { sql, type Queryable } from '@akashic/shared/postgres'
import type { Scope } from '../cause/diagnosis.ts'
import { storable } from '../finding/storable.ts'

/** The steps of a diagnosis, in their order. */
export const progressSteps = ['looking', 'reading_logs', 'explaining', 'done'] as const
export type Progress = (typeof progressSteps)[number]

/** A diagnosis as it is kept. The result is the document that the API shows. */
export interface KeptDiagnosis {
  readonly id: string
  readonly seq: number
  readonly cluster: string
  readonly scope: Scope
  readonly state: 'running' | 'succeeded' | 'failed' | 'cancelled'
  /** How far it is: the step that runs, or that it ended in. */
  readonly progress: Progress
  readonly result: unknown
  readonly problem: string | null
  readonly incidentId: string | null
  readonly createdAt: Date
  readonly finishedAt: Date | null
}

const columns = sql`
  id, seq::int8 AS seq, cluster, scope, state, progress, result, problem, incident_id AS "incidentId",
  created_at AS "createdAt", finished_at AS "finishedAt"`

export interface NewDiagnosis {
  readonly id: string
  readonly cluster: string
  readonly scope: Scope
  readonly incidentId: string | null
  /** Of an incident's diagnoses in one cluster, from 1. */
  readonly attempt: number
  readonly requestedBy: string
  readonly at: Date
}

/** @returns false where another replica has begun this attempt of the same incident. */
export async function insertDiagnosis(
  db: Queryable,
  { id, cluster, scope, incidentId, attempt, requestedBy, at }: NewDiagnosis,
): Promise<boolean> {
  const inserted = await db.query(sql`
    INSERT INTO infra.diagnosis (id, cluster, scope, state, incident_id, attempt, requested_by, created_at)
    VALUES (${id}, ${cluster}, ${sql.json(scope)}, 'running', ${incidentId}, ${attempt}, ${requestedBy}, ${at})
    ON CONFLICT DO NOTHING
    RETURNING 1`)
  return inserted.length > 0
}

/** @returns false where it is no longer wanted: cancelled, or ended for its replica. */
export async function saveResult(tx: Queryable, id: string, result: unknown, at: Date): Promise<boolean> {
  const saved = await tx.query(sql`
    UPDATE infra.diagnosis
       SET state = 'succeeded', progress = 'done', result = ${sql.json(storable(result))}, finished_at = ${at}
     WHERE id = ${id} AND state = 'running'
    RETURNING 1`)
  return saved.length > 0
}

/** @returns false where it is no longer wanted. */
export async function saveProgress(db: Queryable, id: string, progress: Progress): Promise<boolean> {
  const saved = await db.query(sql`
    UPDATE infra.diagnosis SET progress = ${progress} WHERE id = ${id} AND state = 'running' RETURNING 1`)
  return saved.length > 0
}

/** @returns false where it does not run. */
export async function saveCancelled(tx: Queryable, id: string, at: Date): Promise<boolean> {
  const saved = await tx.query(sql`
    UPDATE infra.diagnosis SET state = 'cancelled', finished_at = ${at} WHERE id = ${id} AND state = 'running'
    RETURNING 1`)
  return saved.length > 0
}

export async function saveProblem(db: Queryable, id: string, problem: string, at: Date): Promise<void> {
  await db.query(sql`
    UPDATE infra.diagnosis SET state = 'failed', problem = ${problem}, finished_at = ${at}
     WHERE id = ${id} AND state = 'running'`)
}

/** Ends what a replica that died has begun: it is older than any diagnosis may take, by the database's clock. */
export async function failAbandoned(db: Queryable, longestMs: number, at: Date): Promise<void> {
  await db.query(sql`
    UPDATE infra.diagnosis SET state = 'failed', problem = 'the replica that made it is gone', finished_at = ${at}
     WHERE state = 'running' AND begun_at < clock_timestamp() - ${longestMs} * interval '1 ms'`)
}

export async function readDiagnosis(db: Queryable, id: string): Promise<KeptDiagnosis | null> {
  const [row] = await db.query<KeptDiagnosis>(sql`SELECT ${columns} FROM infra.diagnosis WHERE id = ${id}`)
  return row ?? null
}

/** The last attempt of each incident in each cluster, where it ended without a cause.
 *  @param since only those of incidents first diagnosed after this. */
export async function readUnexplained(
  db: Queryable,
  since: Date,
): Promise<readonly { readonly incidentId: string; readonly attempt: number; readonly finishedAt: Date }[]> {
  return db.query(sql`
    SELECT incident_id AS "incidentId", max(attempt) AS attempt, max(finished_at) AS "finishedAt"
      FROM (
             SELECT DISTINCT ON (incident_id, cluster)
                    incident_id, attempt, state, finished_at, result ->> 'verdict' AS verdict
               FROM infra.diagnosis
              WHERE incident_id IS NOT NULL AND created_at > ${since}
              ORDER BY incident_id, cluster, attempt DESC
           ) AS newest
     GROUP BY incident_id
    HAVING bool_and(state IN ('succeeded', 'failed')) AND NOT bool_or(coalesce(verdict, '') = 'cause_established')
     LIMIT 100`)
}

/** Newest first, without results. */
export async function listKept(
  db: Queryable,
  { cluster, incidentId }: { readonly cluster: string; readonly incidentId: string },
  beforeSeq: number,
  limit: number,
): Promise<readonly KeptDiagnosis[]> {
  return db.query<KeptDiagnosis>(sql`
    SELECT id, seq::int8 AS seq, cluster, scope, state, progress, NULL AS result, problem, incident_id AS "incidentId",
           created_at AS "createdAt", finished_at AS "finishedAt"
      FROM infra.diagnosis
     WHERE seq < ${beforeSeq} AND (${cluster} = '' OR cluster = ${cluster})
       AND (${incidentId} = '' OR incident_id = ${incidentId})
     ORDER BY seq DESC
     LIMIT ${limit}`)
}

export async function deleteOld(db: Queryable, before: Date): Promise<void> {
  await db.query(sql`DELETE FROM infra.diagnosis WHERE created_at < ${before}`)
}
