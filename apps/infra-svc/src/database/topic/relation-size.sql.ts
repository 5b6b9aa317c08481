import { sql, type Sql } from '@akashic/shared/postgres'

/** How large a relation is, in bytes. To measure it waits for whoever has locked it for themselves, or is about to: of those it is
 *  what the last VACUUM or ANALYZE saw. @param relation an alias of `pg_class` */
export const relationSize = (relation: string): Sql => {
  const [oid, pages] = [sql.identifier(relation, 'oid'), sql.identifier(relation, 'relpages')]
  return sql`
    CASE WHEN ${oid} IN (SELECT relation FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation IS NOT NULL)
         THEN ${pages}::bigint * current_setting('block_size')::int
         ELSE pg_relation_size(${oid}) END`
}
