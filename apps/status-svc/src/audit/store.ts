import { sql } from '@akashic/shared/postgres'

/** True of entries that are about no restricted incident or maintenance, and about no alert of such an incident. */
export const isNotRestricted = sql`
  subject NOT IN (
    SELECT id::text FROM status.incident WHERE visibility = 'restricted'
     UNION ALL
    SELECT a.id::text FROM status.alert AS a JOIN status.incident AS i ON i.num = a.incident_num
     WHERE i.visibility = 'restricted'
     UNION ALL
    SELECT id::text FROM status.maintenance WHERE visibility = 'restricted')`
