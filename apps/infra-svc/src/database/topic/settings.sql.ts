import { sql } from '@akashic/shared/postgres'

/** Settings as the server has them, not as our own transaction was told. */
export const settingValues = (names: readonly string[]) => sql`
  SELECT name, reset_val AS value, coalesce(unit, '') AS unit, boot_val AS "usual", source,
         pending_restart AS "isPending"
    FROM pg_settings
   WHERE name = ANY (${[...names]}::text[]) OR pending_restart
   ORDER BY name`

/** What of the memory is for whom, and how much the tables and indexes of this database hold. Bytes. */
export const memoryShares = sql`
  SELECT pg_size_bytes(current_setting('shared_buffers'))::float8 AS "sharedBuffers",
         pg_size_bytes(current_setting('effective_cache_size'))::float8 AS "cacheSize",
         pg_size_bytes(current_setting('work_mem'))::float8 AS "workMem",
         current_setting('max_connections')::int AS "maxConnections",
         (SELECT coalesce(sum(relpages), 0)::float8 * current_setting('block_size')::int
            FROM pg_class WHERE relkind IN ('r', 'm', 'i', 't')) AS "heldBytes"`
