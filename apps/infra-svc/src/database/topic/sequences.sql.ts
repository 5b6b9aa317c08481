import { sql } from '@akashic/shared/postgres'

/** How far sequences are: to their own end, or to that of the column that they are for, whichever comes first. The value
 *  is null where it may not be read. */
export const sequenceUse = sql`
  SELECT s.schemaname AS schema, s.sequencename AS name, s.last_value::float8 AS "lastValue", s.cycle AS "isCyclic",
         o.table, o.column, o.type, has_sequence_privilege(c.oid, 'SELECT, USAGE') AS "isReadable",
         least(s.max_value::float8, CASE o.type WHEN 'int4' THEN 2147483647 WHEN 'int2' THEN 32767 END) AS "limit",
         s.increment_by < 0 AS "isDescending"
    FROM pg_sequences s
    JOIN pg_namespace n ON n.nspname = s.schemaname
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.sequencename AND c.relkind = 'S'
    LEFT JOIN LATERAL (
      SELECT quote_ident(tn.nspname) || '.' || quote_ident(t.relname) AS table, a.attname AS column, y.typname AS type
        FROM pg_depend d
        JOIN pg_class t ON t.oid = d.refobjid
        JOIN pg_namespace tn ON tn.oid = t.relnamespace
        JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        JOIN pg_type y ON y.oid = a.atttypid
       WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
         AND d.refclassid = 'pg_class'::regclass
       LIMIT 1
    ) AS o ON true
   ORDER BY s.last_value::float8 / nullif(least(s.max_value::float8, CASE o.type WHEN 'int4' THEN 2147483647 WHEN 'int2' THEN 32767 END), 0)
            DESC NULLS LAST
   LIMIT 200`

/** The planner may look at bounds of other columns, of any type, before it knows which are asked for. */
const greatestBound = sql`
  (CASE WHEN s.histogram_bounds::text ~ '^{(-?[0-9]+,)*-?[0-9]+}$'
        THEN (s.histogram_bounds::text::bigint[])[array_length(s.histogram_bounds::text::bigint[], 1)] END)::float8`

/** The greatest key that ANALYZE saw, of primary keys of 4 bytes that no sequence counts. */
export const shortKeys = sql`
  WITH key AS MATERIALIZED (
    SELECT n.nspname AS schema, t.relname AS table, a.attname AS column
      FROM pg_index i
      JOIN pg_class t ON t.oid = i.indrelid
      JOIN pg_namespace n ON n.oid = t.relnamespace
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0] AND a.atttypid = 'int4'::regtype
     WHERE i.indisprimary AND i.indnkeyatts = 1 AND n.nspname NOT IN ('pg_catalog', 'information_schema')
       AND pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(t.relname), a.attname) IS NULL
  )
  SELECT quote_ident(schema) || '.' || quote_ident("table") AS table, "column", ${greatestBound} AS "lastValue",
         2147483647::float8 AS "limit"
    FROM key
   CROSS JOIN LATERAL (
     SELECT histogram_bounds
       FROM pg_stats
      WHERE schemaname = schema AND tablename = "table" AND attname = "column" AND NOT inherited
        AND histogram_bounds IS NOT NULL
   ) AS s
   ORDER BY 3 DESC NULLS LAST
   LIMIT 100`
