import { sql } from '@akashic/shared/postgres'

/** Postgres refuses to write when 3 million ids are left of 2^31. */
const usableIds = sql`2144483648`

/** How much of the transaction ids each database has used, and of the ids of shared row locks. */
export const databaseAges = sql`
  SELECT datname AS database, age(datfrozenxid) AS "xidAge", mxid_age(datminmxid) AS "multixactAge",
         greatest(age(datfrozenxid), mxid_age(datminmxid))::float8 / ${usableIds} AS used,
         current_setting('autovacuum_freeze_max_age')::bigint AS "freezeMaxAge",
         datname = current_database() AS "isThis"
    FROM pg_database
   WHERE datallowconn
   ORDER BY used DESC
   LIMIT 20`

/** Tables that are the oldest, and those with many dead rows. */
export const vacuumedTables = sql`
  SELECT schema, relname AS table, age(relfrozenxid) AS "xidAge", pg_stat_get_live_tuples(oid) AS rows,
         "deadRows", pg_stat_get_last_autovacuum_time(oid) AS "lastAutovacuum",
         pg_stat_get_last_vacuum_time(oid) AS "lastVacuum",
         coalesce((SELECT option_value::bool FROM pg_options_to_table(reloptions)
                    WHERE option_name = 'autovacuum_enabled'), true) AS "isAutovacuumed"
    FROM (
      SELECT *, row_number() OVER (ORDER BY "deadRows" DESC, age(relfrozenxid) DESC) AS by_dead,
             row_number() OVER (ORDER BY age(relfrozenxid) DESC) AS by_age
        FROM (
          SELECT c.*, n.nspname AS schema, pg_stat_get_dead_tuples(c.oid) AS "deadRows"
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        ) AS tables
    ) AS ranked
   WHERE by_dead <= 50 OR by_age <= 5
   ORDER BY by_dead`

/** What keeps rows that were deleted from being cleaned away: the oldest of each kind. Ages in transactions. */
export const heldBack = sql`
  SELECT * FROM (
    (SELECT 'session' AS kind, 'pid ' || pid AS name, greatest(age(backend_xmin), age(backend_xid)) AS "xidAge"
       FROM pg_stat_activity
      WHERE (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) AND pid <> pg_backend_pid() ORDER BY 3 DESC LIMIT 3)
    UNION ALL
    (SELECT 'slot', slot_name::text, greatest(age(xmin), age(catalog_xmin)) FROM pg_replication_slots
      WHERE xmin IS NOT NULL OR catalog_xmin IS NOT NULL ORDER BY 3 DESC LIMIT 3)
    UNION ALL
    (SELECT 'replica', coalesce(application_name, ''), age(backend_xmin) FROM pg_stat_replication
      WHERE backend_xmin IS NOT NULL ORDER BY 3 DESC LIMIT 3)
  ) AS held
  ORDER BY "xidAge" DESC`

export const preparedTransactions = sql`
  SELECT gid, owner AS "user", database, prepared AS since, age(transaction) AS "xidAge",
         extract(epoch FROM clock_timestamp() - prepared)::float8 AS seconds,
         database = current_database() AS "isThis"
    FROM pg_prepared_xacts
   ORDER BY prepared
   LIMIT 50`
