import { sql } from '@akashic/shared/postgres'

/** By what conditions statements read tables whole, as pg_qualstats saw them run; without the constants that they were compared
 *  with. Conditions with one `together` must hold at once. @param queryIds of the statements that matter */
export const conditionsSeen = (schema: string, queryIds: readonly string[]) => sql`
  SELECT q.queryid::text AS "queryId", n.nspname || '.' || c.relname AS table, a.attname AS column, o.oprname AS operator,
         q.qualid::text AS together, sum(q.occurences)::float8 AS times, sum(q.execution_count)::float8 AS "rowsRead",
         sum(q.nbfiltered)::float8 AS "rowsLeftOut"
    FROM ${sql.identifier(schema, 'pg_qualstats')} q
    JOIN pg_class c ON c.oid = q.lrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = q.lrelid AND a.attnum = q.lattnum
    JOIN pg_operator o ON o.oid = q.opno
   WHERE q.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND q.eval_type = 'f' AND q.rrelid IS NULL AND o.oprname IN ('=', '<', '>', '<=', '>=')
     AND q.queryid::text = ANY (${[...queryIds]}::text[])
   GROUP BY 1, 2, 3, 4, 5
   LIMIT 500`
