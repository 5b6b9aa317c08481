import { sql, type Sql } from '@akashic/shared/postgres'

/** What statements of this service begin with, so that they are told from those of others. */
export const ownMark = '/* akashic */'

/** An extension's version as `1.9`, compared by its numbers. */
export function isAtLeast(version: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number)
  return a > major || (a === major && b >= minor)
}

/** Of the text of a statement. */
export const mostTextBytes = 4_000

/** The columns that were renamed or came later, by the version of the extension. */
function columns(version: string) {
  const times = isAtLeast(version, 1, 8) ? ['total_exec_time', 'mean_exec_time'] : ['total_time', 'mean_time']
  const io = isAtLeast(version, 1, 11) ? 'shared_blk' : 'blk'
  return {
    total: sql.identifier(times[0]!),
    mean: sql.identifier(times[1]!),
    io: sql`(${sql.identifier(`${io}_read_time`)} + ${sql.identifier(`${io}_write_time`)})`,
    isTop: isAtLeast(version, 1, 9) ? sql`toplevel` : sql`true`,
    since: isAtLeast(version, 1, 11) ? sql`stats_since` : sql`NULL::timestamptz`,
    walFull: isAtLeast(version, 1, 12) ? sql`wal_buffers_full` : sql`NULL::bigint`,
  }
}

export const statements = (schema: string): Sql => sql.identifier(schema, 'pg_stat_statements')

export interface Extension {
  readonly version: string
  readonly schema: string
}

/** The statements that cost most: by their time in all, for each call, and of the disk. Times in ms.
 *  @param areTextsRead else those are null, and ours are among them @param besides ids of others that are to be among them */
export function costliest({ version, schema }: Extension, areTextsRead: boolean, besides: readonly string[]): Sql {
  const { total, mean, io, isTop, since, walFull } = columns(version)
  return sql`
    SELECT "queryId", calls, "totalMs", "meanMs", "maxMs", rows, "ioMs", "blocksRead", "tempBlocks", since,
           "walBuffersFull", "shareOfTime", "isHidden", "user", statement
      FROM (
        SELECT queryid::text AS "queryId", calls, ${total}::float8 AS "totalMs", ${mean}::float8 AS "meanMs",
               ${isAtLeast(version, 1, 8) ? sql`max_exec_time` : sql`max_time`}::float8 AS "maxMs", rows,
               ${io}::float8 AS "ioMs", shared_blks_read AS "blocksRead",
               temp_blks_read + temp_blks_written AS "tempBlocks", ${since} AS since, ${walFull} AS "walBuffersFull",
               ${total} / nullif(sum(${total}) OVER (), 0) AS "shareOfTime",
               queryid IS NULL AS "isHidden", pg_get_userbyid(userid) AS "user",
               substring(textsend(query) FROM 1 FOR ${mostTextBytes}) AS statement,
               row_number() OVER (ORDER BY ${total} DESC) AS by_total,
               row_number() OVER (ORDER BY (CASE WHEN calls >= 5 THEN ${mean} ELSE 0 END) DESC) AS by_mean,
               row_number() OVER (ORDER BY ${io} DESC, shared_blks_read DESC) AS by_io
          FROM ${statements(schema)}(${areTextsRead})
         WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND ${isTop}
           AND NOT starts_with(coalesce(query, ''), ${ownMark})
      ) AS s
     WHERE by_total <= 20 OR by_mean <= 20 OR by_io <= 10 OR "queryId" = ANY (${[...besides]}::text[])
     ORDER BY "totalMs" DESC`
}
