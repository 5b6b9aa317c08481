import { sql, type Sql } from '@akashic/shared/postgres'
import { isAtLeast } from './topic/slow.sql.ts'

/** What the server has counted for this database, and how many sessions there are. */
export const counters = sql`
  SELECT (SELECT count(*)::int FROM pg_stat_activity
           WHERE backend_type = 'client backend' OR (backend_type IS NULL AND datid IS NOT NULL)) AS connections,
         (SELECT count(*)::int FROM pg_stat_activity WHERE wait_event_type = 'Lock') AS waiting,
         xact_commit AS commits, xact_rollback AS rollbacks, blks_hit AS hits, blks_read AS reads, deadlocks,
         temp_bytes AS "tempBytes", stats_reset::text AS "resetAt"
    FROM pg_stat_database
   WHERE datname = current_database()`

/** Its size in bytes: the server asks each file for its own. */
export const databaseSize = sql`SELECT pg_database_size(current_database())::float8 AS bytes`

/** What statements took in all, without their texts: those would be read from a file each minute. Times in ms. */
export function statementTimes({ version, schema }: { readonly version: string; readonly schema: string }): Sql {
  const total = sql.identifier(isAtLeast(version, 1, 8) ? 'total_exec_time' : 'total_time')
  return sql`
    SELECT queryid::text AS id, sum(calls)::bigint AS calls, sum(${total})::float8 AS "totalMs"
      FROM ${sql.identifier(schema, 'pg_stat_statements')}(false)
     WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND queryid IS NOT NULL
     GROUP BY queryid
     ORDER BY "totalMs" DESC
     LIMIT 200`
}
