import { sql, type Queryable } from '@akashic/shared/postgres'
import type { Change } from './change.ts'

/** @returns false where another replica has written it. */
export async function insertChange(tx: Queryable, change: Change): Promise<boolean> {
  const inserted = await tx.query(sql`
    INSERT INTO infra.change (id, cluster, namespace, at, change)
    VALUES (${change.id}, ${change.cluster}, ${change.object.namespace}, ${new Date(change.at)}, ${sql.json(change)})
    ON CONFLICT (id) DO NOTHING
    RETURNING 1`)
  return inserted.length > 0
}

export interface ChangeQuery {
  /** Empty: all. */
  readonly cluster: string
  readonly namespace: string
  readonly since: Date
}

/** Newest first. */
export async function listChanges(
  db: Queryable,
  { cluster, namespace, since }: ChangeQuery,
  beforeSeq: number,
  limit: number,
): Promise<readonly { readonly seq: number; readonly change: Change }[]> {
  return db.query(sql`
    SELECT seq::int8 AS seq, change FROM infra.change
     WHERE seq < ${beforeSeq} AND at >= ${since}
       AND (${cluster} = '' OR cluster = ${cluster}) AND (${namespace} = '' OR namespace = ${namespace})
     ORDER BY seq DESC
     LIMIT ${limit}`)
}

export async function deleteOldChanges(db: Queryable, before: Date): Promise<void> {
  await db.query(sql`DELETE FROM infra.change WHERE at < ${before}`)
}
