import { sql, type Queryable } from '@akashic/shared/postgres'
import type { ContainerRun, UsagePoint, UsageSample } from './usage.ts'

/** A statement of all pods of a large cluster would be held as text, and by the database as a document. */
const mostAtOnce = 2_000

/** Writes what was measured. The same measurement that is read again is written once. */
export async function saveSamples(
  tx: Queryable,
  cluster: string,
  samples: readonly UsageSample[],
  at: Date,
): Promise<void> {
  for (let from = 0; from < samples.length; from += mostAtOnce)
    await saveSome(tx, cluster, samples.slice(from, from + mostAtOnce), at)
}

async function saveSome(tx: Queryable, cluster: string, samples: readonly UsageSample[], at: Date): Promise<void> {
  const rows = sql.json(
    samples.map(({ workload, ...rest }) => ({ ...rest, workloadKind: workload.kind, workload: workload.name })),
  )
  const given = sql`
    jsonb_to_recordset(${rows}::jsonb)
      AS s (namespace text, "workloadKind" text, workload text, pod text, "podUid" text, container text,
            "startedAt" timestamptz, at timestamptz, cpu real, memory bigint)`
  await tx.query(sql`
    INSERT INTO infra.container_run AS r
           (cluster, namespace, workload_kind, workload, pod, pod_uid, container, started_at, seen_at)
    SELECT DISTINCT ON ("podUid", container, "startedAt")
           ${cluster}, namespace, "workloadKind", workload, pod, "podUid", container, "startedAt", ${at}::timestamptz
      FROM ${given}
    ON CONFLICT (cluster, pod_uid, container, started_at) DO UPDATE
      SET seen_at = EXCLUDED.seen_at
      WHERE r.seen_at < EXCLUDED.seen_at - interval '1 hour'`)
  await tx.query(sql`
    INSERT INTO infra.usage_minute (run, at, cpu, memory)
    SELECT r.id, s.at, s.cpu, s.memory
      FROM ${given}
      JOIN infra.container_run r
        ON r.cluster = ${cluster} AND r.pod_uid = s."podUid" AND r.container = s.container
       AND r.started_at = s."startedAt"
    ON CONFLICT DO NOTHING`)
}

/** How the last reading of a cluster went. */
export interface UsageReading {
  readonly askedAt: Date
  /** Null where it was never read. */
  readonly readAt: Date | null
  /** Null where nothing was wrong. */
  readonly problem: string | null
}

export async function saveReading(tx: Queryable, cluster: string, at: Date, problem: string | null): Promise<void> {
  await tx.query(sql`
    INSERT INTO infra.usage_reading AS r (cluster, asked_at, read_at, problem)
    VALUES (${cluster}, ${at}, ${problem === null ? at : null}, ${problem})
    ON CONFLICT (cluster) DO UPDATE
      SET asked_at = EXCLUDED.asked_at, read_at = coalesce(EXCLUDED.read_at, r.read_at), problem = EXCLUDED.problem`)
}

export async function lastReading(db: Queryable, cluster: string): Promise<UsageReading | null> {
  const [row] = await db.query<UsageReading>(sql`
    SELECT asked_at AS "askedAt", read_at AS "readAt", problem FROM infra.usage_reading WHERE cluster = ${cluster}`)
  return row ?? null
}

export interface UsageQuery {
  readonly cluster: string
  readonly namespace: string
  readonly workloadKind: string
  readonly workload: string
  readonly since: Date
  readonly until: Date
}

type Row = Omit<ContainerRun, 'workload' | 'points'> & UsagePoint & { readonly run: string }

/** The use of a workload, run by run: minutes, and windows of ten where they are older. */
export async function readRuns(db: Queryable, query: UsageQuery): Promise<readonly ContainerRun[]> {
  const { cluster, namespace, workloadKind, workload, since, until } = query
  const rows = await db.query<Row>(sql`
    SELECT r.id AS run, r.pod, r.pod_uid AS "podUid", r.container, r.started_at AS "startedAt",
           p.at, p.samples, p.cpu_mean AS "cpuMean", p.cpu_max AS "cpuMax",
           p.memory_min::float8 AS "memoryMin", p.memory_mean::float8 AS "memoryMean", p.memory_max::float8 AS "memoryMax"
      FROM infra.container_run r
      JOIN (SELECT run, at, 1::smallint AS samples, cpu AS cpu_mean, cpu AS cpu_max,
                   memory AS memory_min, memory AS memory_mean, memory AS memory_max
              FROM infra.usage_minute
             WHERE at BETWEEN ${since} AND ${until}
            UNION ALL
            SELECT run, at, samples, cpu_mean, cpu_max, memory_min, memory_mean, memory_max
              FROM infra.usage_window
             WHERE at BETWEEN ${since} AND ${until}) p
        ON p.run = r.id
     WHERE r.cluster = ${cluster} AND r.namespace = ${namespace}
       AND r.workload_kind = ${workloadKind} AND r.workload = ${workload}
     ORDER BY r.started_at, r.id, p.at`)
  return [...Map.groupBy(rows, ({ run }) => run).values()].map((same) => {
    const { pod, podUid, container, startedAt } = same[0]!
    const points = same.map(({ at, samples, cpuMean, cpuMax, memoryMin, memoryMean, memoryMax }) => ({
      ...{ at, samples, cpuMean, cpuMax, memoryMin, memoryMean, memoryMax },
    }))
    return { workload: { kind: workloadKind, namespace, name: workload }, pod, podUid, container, startedAt, points }
  })
}

/** Joins minutes of before an instant ten by ten. One statement: none is in both, and none is lost.
 *  @param before the edge of a window. */
export async function joinMinutes(db: Queryable, before: Date): Promise<void> {
  await db.query(sql`
    WITH old AS (DELETE FROM infra.usage_minute WHERE at < ${before} RETURNING run, at, cpu, memory)
    INSERT INTO infra.usage_window (run, at, samples, cpu_mean, cpu_max, memory_min, memory_mean, memory_max)
    SELECT run, date_bin('10 minutes', at, 'epoch'), count(*), avg(cpu), max(cpu),
           min(memory), round(avg(memory)), max(memory)
      FROM old
     GROUP BY 1, 2
    ON CONFLICT DO NOTHING`)
}

export async function deleteOld(db: Queryable, before: Date): Promise<void> {
  await db.query(sql`DELETE FROM infra.usage_window WHERE at < ${before}`)
  await db.query(sql`DELETE FROM infra.container_run WHERE seen_at < ${before}::timestamptz - interval '1 hour'`)
}
