import { sql, type Queryable } from '@akashic/shared/postgres'
import type { Scope } from '../cause/diagnosis.ts'

/** A diagnosis as it is kept. The result is the document that the API shows. */
export interface KeptDiagnosis {
  readonly id: string
  readonly seq: number
  readonly cluster: string
  readonly scope: Scope
  readonly state: 'running' | 'succeeded' | 'failed'
  readonly result: unknown
  readonly problem: string | null
  readonly incidentId: string | null
  readonly createdAt: Date
  readonly finishedAt: Date | null
}

const columns = sql`
  id, seq::int8 AS seq, cluster, scope, state, result, problem, incident_id AS "incidentId",
  created_at AS "createdAt", finished_at AS "finishedAt"`

export interface NewDiagnosis {
  readonly id: string
  readonly cluster: string
  readonly scope: Scope
  readonly incidentId: string | null
  readonly requestedBy: string
  readonly at: Date
}

/** @returns false where another replica has begun one for the same incident. */
export async function insertDiagnosis(
  db: Queryable,
  { id, cluster, scope, incidentId, requestedBy, at }: NewDiagnosis,
): Promise<boolean> {
  const inserted = await db.query(sql`
    INSERT INTO infra.diagnosis (id, cluster, scope, state, incident_id, requested_by, created_at)
    VALUES (${id}, ${cluster}, ${sql.json(scope)}, 'running', ${incidentId}, ${requestedBy}, ${at})
    ON CONFLICT DO NOTHING
    RETURNING 1`)
  return inserted.length > 0
}

export async function saveResult(tx: Queryable, id: string, result: unknown, at: Date): Promise<void> {
  await tx.query(sql`
    UPDATE infra.diagnosis SET state = 'succeeded', result = ${sql.json(result)}, finished_at = ${at} WHERE id = ${id}`)
}

export async function saveProblem(db: Queryable, id: string, problem: string, at: Date): Promise<void> {
  await db.query(sql`
    UPDATE infra.diagnosis SET state = 'failed', problem = ${problem}, finished_at = ${at}
     WHERE id = ${id} AND state = 'running'`)
}

/** Ends what a replica that died has begun. */
export async function failAbandoned(db: Queryable, before: Date, at: Date): Promise<void> {
  await db.query(sql`
    UPDATE infra.diagnosis SET state = 'failed', problem = 'the replica that made it is gone', finished_at = ${at}
     WHERE state = 'running' AND created_at < ${before}`)
}

export async function readDiagnosis(db: Queryable, id: string): Promise<KeptDiagnosis | null> {
  const [row] = await db.query<KeptDiagnosis>(sql`SELECT ${columns} FROM infra.diagnosis WHERE id = ${id}`)
  return row ?? null
}

/** Newest first, without results. */
export async function listKept(
  db: Queryable,
  { cluster, incidentId }: { readonly cluster: string; readonly incidentId: string },
  beforeSeq: number,
  limit: number,
): Promise<readonly KeptDiagnosis[]> {
  return db.query<KeptDiagnosis>(sql`
    SELECT id, seq::int8 AS seq, cluster, scope, state, NULL AS result, problem, incident_id AS "incidentId",
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
