import { sql } from '@akashic/shared/postgres'
import { relationSize } from './relation-size.sql.ts'

const ours = sql`n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'`

/** Indexes nobody has read, those with a twin, and those that are not valid. What costs much to know is asked of the few that
 *  are left: the server has to open an index for its size. Sizes in bytes. @param unusedBytes below which nobody minds that an
 *  index is not used */
export const suspectIndexes = (unusedBytes: number) => sql`
  WITH every AS (
    SELECT i.*, n.nspname, t.relname AS table, c.relname, c.relam, c.relpages, pg_stat_get_numscans(c.oid) AS scans,
           i.indisunique OR i.indisexclusion OR i.indisreplident AS "isNeeded",
           count(*) OVER (PARTITION BY i.indrelid) AS "ofTable"
      FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_class t ON t.oid = i.indrelid
      JOIN pg_namespace n ON n.oid = t.relnamespace
     WHERE ${ours} AND c.relkind = 'i'
  ), candidate AS (
    SELECT indexrelid AS oid, relpages, nspname AS schema, "table", relname AS name, indisvalid AS "isValid", "isNeeded", scans,
           string_agg(quote_ident(nspname) || '.' || quote_ident(relname), ', ') OVER twins AS twins,
           count(*) OVER twins AS alike,
           row_number() OVER (twins ORDER BY indisreplident DESC, indisprimary DESC, indisunique DESC, indexrelid) AS place
      FROM every
     WHERE NOT indisvalid OR "ofTable" > 1 OR (scans = 0 AND NOT "isNeeded")
    WINDOW twins AS (
      PARTITION BY indrelid, indisvalid, relam, indkey::text, indclass::text, indcollation::text, indoption::text,
                   coalesce(pg_get_expr(indexprs, indrelid), ''), coalesce(pg_get_expr(indpred, indrelid), ''))
  ), suspect AS MATERIALIZED (
    SELECT candidate.*, size.bytes
      FROM candidate
     CROSS JOIN LATERAL (SELECT ${relationSize('candidate')} AS bytes) AS size
     WHERE NOT "isValid" OR alike > 1 OR (scans = 0 AND NOT "isNeeded" AND size.bytes >= ${unusedBytes})
     ORDER BY size.bytes DESC
     LIMIT 500
  )
  SELECT *, pg_get_indexdef(oid) AS definition,
         EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = suspect.oid) AS "hasConstraint",
         EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = suspect.oid) AS "isBeingBuilt"
    FROM suspect
   ORDER BY bytes DESC`

/** Foreign keys whose columns no index begins with. */
export const unindexedForeignKeys = sql`
  SELECT n.nspname AS schema, t.relname AS table, k.conname AS name, p.relname AS parent,
         (CASE WHEN t.reltuples >= 0 THEN t.reltuples ELSE pg_stat_get_live_tuples(t.oid) END)::float8 AS rows,
         (SELECT array_agg(a.attname::text ORDER BY u.place)
            FROM unnest(k.conkey) WITH ORDINALITY AS u (attnum, place)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum) AS columns,
         pg_stat_get_tuples_deleted(k.confrelid) + pg_stat_get_tuples_updated(k.confrelid) AS "parentChanges"
    FROM pg_constraint k
    JOIN pg_class t ON t.oid = k.conrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    JOIN pg_class p ON p.oid = k.confrelid
   WHERE k.contype = 'f' AND ${ours}
     AND NOT EXISTS (
       SELECT FROM pg_index i
        WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL
          AND (i.indkey::int2[])[0 : cardinality(k.conkey) - 1] @> k.conkey)
   ORDER BY rows DESC
   LIMIT 100`

/** Large tables that are read whole, with how many rows each time. */
export const wholeReads = sql`
  SELECT *, ${relationSize('read_most')} AS bytes
    FROM (
      SELECT c.oid, c.relpages, n.nspname AS schema, c.relname AS table, pg_stat_get_numscans(c.oid) AS scans,
             pg_stat_get_tuples_returned(c.oid) AS "rowsRead", pg_stat_get_live_tuples(c.oid) AS rows,
             coalesce((SELECT sum(pg_stat_get_numscans(i.indexrelid)) FROM pg_index i WHERE i.indrelid = c.oid), 0)::bigint
               AS "indexScans"
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'm') AND ${ours} AND pg_stat_get_numscans(c.oid) > 0 AND pg_stat_get_live_tuples(c.oid) > 0
       ORDER BY "rowsRead" DESC
       LIMIT 50
    ) AS read_most`

/** Columns and indexes of the tables that plans read whole. */
export const tableColumns = (tables: readonly string[]) => sql`
  SELECT n.nspname || '.' || c.relname AS table, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS quoted,
         a.attname AS column, a.atttypid IN ('varchar'::regtype, 'bpchar'::regtype, 'text'::regtype) AS "isCharacter",
         greatest(c.reltuples, 0)::float8 AS rows,
         abs(CASE WHEN st.n_distinct < 0 THEN st.n_distinct * greatest(c.reltuples, 0) ELSE st.n_distinct END)::float8
           AS "distinctValues",
         EXISTS (SELECT FROM pg_index i
                  WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum AND i.indisvalid AND i.indpred IS NULL) AS "isIndexed"
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_stats st ON st.schemaname = n.nspname AND st.tablename = c.relname AND st.attname = a.attname
   WHERE c.relkind IN ('r', 'm') AND n.nspname || '.' || c.relname = ANY (${[...tables]}::text[])`
