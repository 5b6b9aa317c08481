import { sql, type Queryable } from '@akashic/shared/postgres'
import type { Sample } from './engine.ts'

export interface KeptSample {
  readonly at: Date
  readonly sample: Sample
}

export async function saveSample(db: Queryable, database: string, at: Date, sample: Sample): Promise<void> {
  await db.query(sql`
    INSERT INTO infra.database_sample (database, at, sample)
    VALUES (${database}, ${at}, ${sql.json(sample)}::jsonb)
    ON CONFLICT (database, at) DO NOTHING`)
}

/** The newest or the oldest sample between two instants. */
export async function sampleBetween(
  db: Queryable,
  database: string,
  { from, until }: { readonly from: Date; readonly until: Date },
  which: 'newest' | 'oldest',
): Promise<KeptSample | null> {
  const [row] = await db.query<KeptSample>(sql`
    SELECT at, sample
      FROM infra.database_sample
     WHERE database = ${database} AND at BETWEEN ${from} AND ${until}
     ORDER BY at ${which === 'newest' ? sql`DESC` : sql`ASC`}
     LIMIT 1`)
  return row ?? null
}

/** The first sample of each step from `since` to `until`, without what it tells of statements; the oldest first. */
export async function samplesBetween(
  db: Queryable,
  database: string,
  since: Date,
  until: Date,
  stepMs: number,
): Promise<readonly KeptSample[]> {
  return db.query<KeptSample>(sql`
    SELECT kept.at, kept.sample - 'statements' - 'times' AS sample
      FROM generate_series(${since}::timestamptz, ${until}::timestamptz, ${stepMs} * interval '1 ms') AS step
     CROSS JOIN LATERAL (
       SELECT at, sample
         FROM infra.database_sample
        WHERE database = ${database} AND at >= step AND at < step + ${stepMs} * interval '1 ms'
        ORDER BY at
        LIMIT 1
     ) AS kept
     ORDER BY kept.at`)
}

export async function deleteOldSamples(db: Queryable, before: Date): Promise<void> {
  await db.query(sql`DELETE FROM infra.database_sample WHERE at < ${before}`)
}
