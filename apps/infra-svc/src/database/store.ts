import { sql, type Queryable } from '@akashic/shared/postgres'
import type { Sample } from './changes.ts'

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

/** The newest sample that is no newer than `at`, and no older than `notBefore`. */
export async function sampleBefore(
  db: Queryable,
  database: string,
  at: Date,
  notBefore: Date,
): Promise<KeptSample | null> {
  const [row] = await db.query<KeptSample>(sql`
    SELECT at, sample
      FROM infra.database_sample
     WHERE database = ${database} AND at BETWEEN ${notBefore} AND ${at}
     ORDER BY at DESC
     LIMIT 1`)
  return row ?? null
}

export async function deleteOldSamples(db: Queryable, before: Date): Promise<void> {
  await db.query(sql`DELETE FROM infra.database_sample WHERE at < ${before}`)
}
