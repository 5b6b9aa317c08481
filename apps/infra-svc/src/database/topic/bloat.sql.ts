import { sql } from '@akashic/shared/postgres'
import { relationSize } from './relation-size.sql.ts'

/** How large tables are, against what their rows would need by the widths that ANALYZE found: 24 bytes of header and 4 of
 *  pointer for each row, 24 for each page. The server has to open a table for its size: it is asked of those only that are the
 *  largest by what VACUUM or ANALYZE saw and what was written since, and of those without pages for them that have most rows by
 *  the server's count. Bytes; what the rows would need is null where the statistics may not be read, and where the table was
 *  never analysed. */
export const tableBloat = sql`
  WITH counted AS MATERIALIZED (
    SELECT c.oid, n.nspname AS schema, c.relname AS table, nullif(c.reltuples, -1)::float8 AS rows, c.reloptions, c.relpages,
           c.relpages * greatest(1, counts.tuples / greatest(1, c.reltuples)) AS "likelyPages", counts.tuples
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
     CROSS JOIN LATERAL (SELECT pg_stat_get_live_tuples(c.oid) + pg_stat_get_dead_tuples(c.oid) AS tuples) AS counts
     WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
       AND n.nspname !~ '^pg_(toast|temp)'
  ), likely AS MATERIALIZED (
    (SELECT * FROM counted WHERE relpages > 0 ORDER BY "likelyPages" DESC LIMIT 400)
    UNION ALL
    (SELECT * FROM counted WHERE relpages = 0 ORDER BY tuples DESC LIMIT 400)
  ), largest AS MATERIALIZED (
    SELECT oid, schema, "table", rows, reloptions, ${relationSize('likely')} AS bytes
      FROM likely
     ORDER BY bytes DESC
     LIMIT 200
  ), seen AS (
    SELECT c.*, pg_stat_get_dead_tuples(c.oid) AS "deadRows", pg_stat_get_last_autovacuum_time(c.oid) AS "lastAutovacuum",
           pg_stat_get_last_vacuum_time(c.oid) AS "lastVacuum",
           coalesce((SELECT option_value::int FROM pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor'), 100)
             AS "fillFactor",
           coalesce((SELECT option_value::bool FROM pg_options_to_table(c.reloptions)
                      WHERE option_name = 'autovacuum_enabled'), true) AS "isAutovacuumed",
           w.bytes AS width, w.columns,
           (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
             AS "allColumns"
      FROM largest c
      LEFT JOIN LATERAL (
        SELECT count(*) AS columns, sum((1 - null_frac) * avg_width)::float8 AS bytes
          FROM pg_stats
         WHERE NOT inherited AND schemaname = c.schema AND tablename = c."table"
      ) AS w ON true
  )
  SELECT oid, schema, "table", bytes, rows, "deadRows", "lastAutovacuum", "lastVacuum", "isAutovacuumed",
         CASE WHEN columns = "allColumns" THEN
           (ceil(rows * (28 + ceil(width / 8) * 8) / (8168 * "fillFactor" / 100.0)) * 8192)::float8
         END AS "neededBytes"
    FROM seen
   ORDER BY bytes DESC`

/** What of a table is dead or free, by looking at its pages but those that are known to be whole. Bytes. */
export const measuredBloat = (schema: string, oid: number) => sql`
  SELECT (dead_tuple_len + approx_free_space)::float8 AS bytes
    FROM ${sql.identifier(schema, 'pgstattuple_approx')}(${oid}::oid::regclass)`
