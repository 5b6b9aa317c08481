import { referenceTo, type Reference } from '@akashic/kubernetes'
import { sql, type Queryable } from '@akashic/shared/postgres'
import { storable } from '../finding/storable.ts'
import type { Change } from './change.ts'

/** In the order of their ids, so that replicas that write the same ones wait for each other in one direction alone.
 *  @returns the ids of those that no other replica has written. */
export async function insertChanges(tx: Queryable, changes: readonly Change[]): Promise<ReadonlySet<string>> {
  const rows = changes.map((change) => ({
    ...{ id: change.id, cluster: change.cluster, namespace: change.object.namespace },
    ...{ at: new Date(change.at), change },
  }))
  const inserted = await tx.query<{ id: string }>(sql`
    INSERT INTO infra.change (id, cluster, namespace, at, change)
    SELECT id, cluster, namespace, at, change
      FROM jsonb_to_recordset(${sql.json(storable(rows))}::jsonb)
           AS r (id text, cluster text, namespace text, at timestamptz, change jsonb)
     ORDER BY id
    ON CONFLICT (id) DO NOTHING
    RETURNING id`)
  return new Set(inserted.map(({ id }) => id))
}

/** The newest of a cluster, in no order: as many of each kind of change, as far as there are, so that a flood of one does not
 *  take the room of the others. */
export async function recentChanges(
  db: Queryable,
  cluster: string,
  since: Date,
  limit: number,
): Promise<readonly Change[]> {
  const rows = await db.query<{ change: Change }>(sql`
    SELECT change FROM infra.change
     WHERE seq IN (
       SELECT seq
         FROM (SELECT seq, at, id, row_number() OVER (PARTITION BY change->>'kind' ORDER BY at DESC, id DESC) AS nth
                 FROM infra.change
                WHERE cluster = ${cluster} AND at >= ${since}) AS ranked
        ORDER BY nth, at DESC, id DESC
        LIMIT ${limit})`)
  // jsonb keeps no order of keys.
  return rows.map(({ change }) => ({ ...change, object: referenceTo(change.object) }))
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

/** Rollouts of a workload, the newest first. */
export async function listRollouts(
  db: Queryable,
  cluster: string,
  { kind, namespace, name }: Reference,
  since: Date,
  limit: number,
): Promise<readonly Change[]> {
  const rows = await db.query<{ readonly change: Change }>(sql`
    SELECT change FROM infra.change
     WHERE cluster = ${cluster} AND at >= ${since} AND namespace = ${namespace}
       AND change @> ${sql.json({ kind: 'rollout', object: { kind, name } })}::jsonb
     ORDER BY at DESC
     LIMIT ${limit}`)
  return rows.map(({ change }) => change)
}

export async function deleteOldChanges(db: Queryable, before: Date): Promise<void> {
  await db.query(sql`DELETE FROM infra.change WHERE at < ${before}`)
}
