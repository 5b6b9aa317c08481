import { sql } from '@akashic/shared/postgres'

/** Blocks of this database that were found in the server's memory, and those that were not. */
export const cacheUse = sql`
  SELECT d.blks_hit AS hits, d.blks_read AS reads, d.temp_bytes AS "tempBytes", d.stats_reset AS since,
         pg_size_bytes(current_setting('shared_buffers'))::float8 AS "sharedBuffers"
    FROM pg_stat_database d
   WHERE d.datname = current_database()`

export const tableReads = sql`
  SELECT n.nspname || '.' || c.relname AS table, c.reads + index.reads AS reads, c.hits + index.hits AS hits
    FROM (
      SELECT oid, relname, relnamespace, pg_stat_get_blocks_hit(oid) AS hits,
             pg_stat_get_blocks_fetched(oid) - pg_stat_get_blocks_hit(oid) AS reads
        FROM pg_class
       WHERE relkind IN ('r', 'm')
    ) AS c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN LATERAL (
      SELECT coalesce(sum(pg_stat_get_blocks_hit(indexrelid)), 0)::bigint AS hits,
             coalesce(sum(pg_stat_get_blocks_fetched(indexrelid) - pg_stat_get_blocks_hit(indexrelid)), 0)::bigint AS reads
        FROM pg_index
       WHERE indrelid = c.oid
    ) AS index ON true
   WHERE c.reads + index.reads > 0
     AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
   ORDER BY reads DESC
   LIMIT 20`
