import { sql, type Sql } from '@akashic/shared/postgres'

const ownViewOfCheckpoints = 170_000

export const archiving = sql`
  SELECT current_setting('archive_mode') AS mode, archived_count AS archived, failed_count AS failed,
         last_archived_time AS "lastArchivedAt", last_failed_time AS "lastFailedAt", last_failed_wal AS "lastFailedWal",
         coalesce(last_failed_time > last_archived_time, last_failed_time IS NOT NULL) AS "isFailing"
    FROM pg_stat_archiver`

/** Files of the log that are whole and not archived yet, and how long the oldest has waited, in s. For those who have pg_monitor. */
export const waitingFiles = sql`
  SELECT count(*)::int AS files, extract(epoch FROM clock_timestamp() - min(modification))::float8 AS "oldestSeconds"
    FROM pg_ls_archive_statusdir()
   WHERE name LIKE '%.ready'`

/** Checkpoints since the counting began, and how long ago in s that was: those of the clock, and those that were asked for or
 *  that the log forced. */
export const checkpoints = (versionNumber: number): Sql => sql`
  SELECT timed, forced, since::text, extract(epoch FROM clock_timestamp() - since)::float8 AS "countedSeconds",
         pg_size_bytes(current_setting('max_wal_size'))::float8 AS "maxWalBytes",
         (SELECT setting::int FROM pg_settings WHERE name = 'checkpoint_timeout') AS "timeoutSeconds"
    FROM (${
      versionNumber >= ownViewOfCheckpoints
        ? sql`SELECT num_timed AS timed, num_requested AS forced, stats_reset AS since
                FROM pg_stat_checkpointer`
        : sql`SELECT checkpoints_timed AS timed, checkpoints_req AS forced, stats_reset AS since
                FROM pg_stat_bgwriter`
    }) AS counted`
