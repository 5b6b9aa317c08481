import { sql, type Sql } from '@akashic/shared/postgres'

export interface SharesQuery {
  readonly cluster: string
  /** Empty: all. */
  readonly namespace: string
  readonly since: Date
  readonly until: Date
}

/** Every run by ten minutes: as they are kept, and the minutes of the last hours joined the same way. A number stands for
 *  what they are told apart by, as names are slow to sort. */
const tens = ({ cluster, namespace, since, until }: SharesQuery, key: Sql): Sql => sql`
  runs AS (
    SELECT id, namespace, workload_kind, workload, container, dense_rank() OVER (ORDER BY ${key})::int AS part
      FROM infra.container_run
     WHERE cluster = ${cluster} AND (${namespace} = '' OR namespace = ${namespace})
  ), parts AS (
    SELECT part, min(namespace) AS namespace, min(workload_kind) AS kind, min(workload) AS name, min(container) AS container
      FROM runs
     GROUP BY 1
  ), tens AS (
    SELECT r.part, p.at, p.samples, p.cpu_mean, p.cpu_max, p.memory_mean, p.memory_max
      FROM runs r
      JOIN (SELECT run, at, samples, cpu_mean, cpu_max, memory_mean, memory_max
              FROM infra.usage_window
             WHERE at BETWEEN ${since} AND ${until}
            UNION ALL
            SELECT run, date_bin('10 minutes', at, 'epoch'), count(*), avg(cpu), max(cpu), avg(memory), max(memory)
              FROM infra.usage_minute
             WHERE at BETWEEN ${since} AND ${until}
             GROUP BY 1, 2) p
        ON p.run = r.id
  )`

/** The use of each container, over the pods of its workload. */
export const containerShares = (query: SharesQuery): Sql => sql`
  WITH ${tens(query, sql`namespace, workload_kind, workload, container`)}, measured AS (
    SELECT part, sum(samples)::int AS minutes
      FROM (SELECT part, at, max(samples) AS samples FROM tens GROUP BY 1, 2) each
     GROUP BY 1
  ), shares AS (
    SELECT part,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY cpu_mean) AS cpu_p50,
           percentile_cont(ARRAY[0.95, 0.99, 1]) WITHIN GROUP (ORDER BY cpu_max) AS cpu,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY memory_mean::float8) AS memory_p50,
           percentile_cont(ARRAY[0.95, 0.99, 1]) WITHIN GROUP (ORDER BY memory_max::float8) AS memory
      FROM tens
     GROUP BY 1
  )
  SELECT namespace, kind, name, container, minutes,
         cpu_p50::float8 AS "cpuP50", cpu::float8[] AS cpu, memory_p50 AS "memoryP50", memory
    FROM shares
    JOIN measured USING (part)
    JOIN parts USING (part)
   ORDER BY part`

/** The CPU that the pods of each workload used together. A run counts for the minutes in which it was measured, of those in
 *  which any of the cluster was: pods that follow one another do not add up. Their highest is that of a minute as long as
 *  minutes are kept; of older ones it is not known which came together, and the mean, or the highest of one run, is certain. */
export const totalShares = (query: SharesQuery): Sql => sql`
  WITH ${tens(query, sql`namespace, workload_kind, workload`)}, measured AS (
    SELECT at, max(samples) AS minutes
      FROM (SELECT run, at, samples
              FROM infra.usage_window
             WHERE at BETWEEN ${query.since} AND ${query.until}
            UNION ALL
            SELECT run, date_bin('10 minutes', at, 'epoch'), count(*)
              FROM infra.usage_minute
             WHERE at BETWEEN ${query.since} AND ${query.until}
             GROUP BY 1, 2) p
     WHERE run IN (SELECT id FROM infra.container_run WHERE cluster = ${query.cluster})
     GROUP BY 1
  ), minutes AS (
    SELECT part, date_bin('10 minutes', at, 'epoch') AS at, max(cpu) AS highest
      FROM (SELECT part, at, sum(cpu) AS cpu
              FROM (SELECT r.id, r.part, date_trunc('minute', m.at) AS at, avg(m.cpu) AS cpu
                      FROM runs r
                      JOIN infra.usage_minute m ON m.run = r.id
                     WHERE m.at BETWEEN ${query.since} AND ${query.until}
                     GROUP BY 1, 2, 3) of_run
             GROUP BY 1, 2) together
     GROUP BY 1, 2
  ), shares AS (
    SELECT part, percentile_cont(0.5) WITHIN GROUP (ORDER BY mean)::float8 AS p50,
           percentile_cont(0.95) WITHIN GROUP (ORDER BY highest)::float8 AS p95, max(highest)::float8 AS max
      FROM (SELECT part, at, mean, coalesce(highest, greatest(mean, highest_run)) AS highest
              FROM (SELECT part, at, sum(cpu_mean * samples) / max(minutes) AS mean, max(cpu_max) AS highest_run
                      FROM tens
                      JOIN measured USING (at)
                     GROUP BY 1, 2) means
              LEFT JOIN minutes USING (part, at)) each
     GROUP BY 1
  )
  SELECT namespace, kind, name, p50, p95, max
    FROM shares
    JOIN parts USING (part)`
