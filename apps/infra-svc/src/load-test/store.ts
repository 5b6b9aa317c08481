import type { LoadTestSummary } from '@akashic/load-test'
import { sql, type Queryable } from '@akashic/shared/postgres'

export type LoadTestState = 'running' | 'succeeded' | 'failed' | 'cancelled'

/** A load test that is or was run from here. */
export interface KeptLoadTest {
  readonly id: string
  readonly seq: number
  readonly name: string
  readonly target: string
  readonly state: LoadTestState
  /** How far it is; null before its first second. */
  readonly progress: object | null
  readonly result: LoadTestSummary | null
  /** Why it was ended, or could not be run. */
  readonly problem: string | null
  readonly requestedBy: string
  readonly createdAt: Date
  readonly finishedAt: Date | null
}

const columns = sql`
  id, seq::int8 AS seq, name, target, state, progress, problem, requested_by AS "requestedBy",
  created_at AS "createdAt", finished_at AS "finishedAt"`

export type NewLoadTest = Pick<KeptLoadTest, 'id' | 'name' | 'target' | 'requestedBy' | 'createdAt'>

/** @returns false where another test of the same target runs. */
export async function insertLoadTest(tx: Queryable, test: NewLoadTest): Promise<boolean> {
  const { id, name, target, requestedBy, createdAt } = test
  const inserted = await tx.query(sql`
    INSERT INTO infra.load_test (id, name, target, state, requested_by, created_at, heard_at)
    VALUES (${id}, ${name}, ${target}, 'running', ${requestedBy}, ${createdAt}, clock_timestamp())
    ON CONFLICT DO NOTHING
    RETURNING 1`)
  return inserted.length > 0
}

/** @returns false where it is no longer wanted. */
export async function saveProgress(db: Queryable, id: string, progress: object): Promise<boolean> {
  const saved = await db.query(sql`
    UPDATE infra.load_test SET progress = ${sql.json(progress)}, heard_at = clock_timestamp()
     WHERE id = ${id} AND state = 'running'
    RETURNING 1`)
  return saved.length > 0
}

export async function saveEnd(
  tx: Queryable,
  id: string,
  end: Pick<KeptLoadTest, 'state' | 'result' | 'problem'> & { readonly finishedAt: Date },
): Promise<boolean> {
  const { state, result, problem, finishedAt } = end
  const saved = await tx.query(sql`
    UPDATE infra.load_test
       SET state = ${state}, result = ${result === null ? null : sql.json(result)}, problem = ${problem},
           finished_at = ${finishedAt}
     WHERE id = ${id} AND (state = 'running' OR (state = 'cancelled' AND result IS NULL))
    RETURNING 1`)
  return saved.length > 0
}

/** @returns false where it does not run. */
export async function saveCancelled(tx: Queryable, id: string, at: Date): Promise<boolean> {
  const saved = await tx.query(sql`
    UPDATE infra.load_test SET state = 'cancelled', finished_at = ${at} WHERE id = ${id} AND state = 'running'
    RETURNING 1`)
  return saved.length > 0
}

/** Ends what a replica that died has begun: it has not been heard of, by the database's clock. */
export async function failSilent(db: Queryable, silentMs: number, at: Date): Promise<void> {
  await db.query(sql`
    UPDATE infra.load_test
       SET state = 'failed', problem = 'the replica that ran it is gone', finished_at = ${at}
     WHERE state = 'running' AND heard_at < clock_timestamp() - ${silentMs} * interval '1 ms'`)
}

export async function readLoadTest(db: Queryable, id: string): Promise<KeptLoadTest | null> {
  const [row] = await db.query<KeptLoadTest>(sql`SELECT ${columns}, result FROM infra.load_test WHERE id = ${id}`)
  return row ?? null
}

/** Newest first, without results. */
export async function listKept(db: Queryable, beforeSeq: number, limit: number): Promise<readonly KeptLoadTest[]> {
  return db.query<KeptLoadTest>(sql`
    SELECT ${columns}, NULL AS result FROM infra.load_test WHERE seq < ${beforeSeq} ORDER BY seq DESC LIMIT ${limit}`)
}

/** What is compared of the results of a test that ran to its end. */
export type LoadTestFigures = Pick<KeptLoadTest, 'id' | 'name' | 'target'> &
  Pick<
    LoadTestSummary,
    'startedAt' | 'elapsedMs' | 'requests' | 'requestsPerSecond' | 'failed' | 'latency' | 'isOverloaded'
  >

/** The last two results of each target, both of the test that ran last; the newest first. Results of what was ended early
 *  are left out. */
export async function lastFigures(db: Queryable, targets: readonly string[]): Promise<readonly LoadTestFigures[]> {
  return db.query<LoadTestFigures>(sql`
    WITH ended AS (
      SELECT id, seq, name, target, result,
             first_value(name) OVER (PARTITION BY target ORDER BY seq DESC) AS last_name
        FROM infra.load_test
       WHERE target = ANY (${[...targets]}::text[]) AND result ->> 'verdict' IN ('passed', 'failed')),
    ranked AS (
      SELECT *, row_number() OVER (PARTITION BY target ORDER BY seq DESC) AS nth FROM ended WHERE name = last_name)
    SELECT id, name, target, result ->> 'startedAt' AS "startedAt",
           (result ->> 'elapsedMs')::float8 AS "elapsedMs", (result ->> 'requests')::float8 AS requests,
           (result ->> 'requestsPerSecond')::float8 AS "requestsPerSecond", (result ->> 'failed')::float8 AS failed,
           CASE WHEN jsonb_typeof(result -> 'latency') = 'object' THEN result -> 'latency' END AS latency,
           (result ->> 'isOverloaded')::boolean AS "isOverloaded"
      FROM ranked
     WHERE nth <= 2
     ORDER BY target, seq DESC`)
}

export async function deleteOld(db: Queryable, before: Date): Promise<void> {
  await db.query(sql`DELETE FROM infra.load_test WHERE created_at < ${before} AND state <> 'running'`)
}
