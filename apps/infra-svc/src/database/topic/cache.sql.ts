import { sql } from '@akashic/shared/postgres'

/** Blocks of this database that were found in the server's memory, and those that were not. */
export const cacheUse = sql`
  SELECT d.blks_hit AS hits, d.blks_read AS reads, d.temp_bytes AS "tempBytes", d.stats_reset AS since,
         pg_size_bytes(current_setting('shared_buffers'))::float8 AS "sharedBuffers",
         pg_database_size(d.datname)::float8 AS bytes
    FROM pg_stat_database d
   WHERE d.datname = current_database()`

export const tableReads = sql`
  SELECT schemaname || '.' || relname AS table, heap_blks_read + coalesce(idx_blks_read, 0) AS reads,
         heap_blks_hit + coalesce(idx_blks_hit, 0) AS hits
    FROM pg_statio_user_tables
   WHERE heap_blks_read + coalesce(idx_blks_read, 0) > 0
   ORDER BY reads DESC
   LIMIT 20`
