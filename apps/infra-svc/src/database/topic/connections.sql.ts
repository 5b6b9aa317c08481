import { sql } from '@akashic/shared/postgres'
import { waitingSessions } from './locks.sql.ts'

/** Sessions of users, by who they are. Without the right to see others' sessions the type and the state are null. */
export const sessionGroups = sql`
  SELECT coalesce(datname, '') AS database, coalesce(usename, '') AS "user", coalesce(application_name, '') AS application,
         state, count(*)::int AS sessions,
         extract(epoch FROM max(clock_timestamp() - xact_start))::float8 AS "oldestTransactionSeconds"
    FROM pg_stat_activity
   WHERE backend_type = 'client backend' OR (backend_type IS NULL AND datid IS NOT NULL)
   GROUP BY 1, 2, 3, 4
   ORDER BY sessions DESC`

/** Sessions of this database that are in a transaction and do nothing, or that run a statement for long. Ages in s. */
export const lastingSessions = sql`
  WITH ${waitingSessions}
  SELECT pid, usename AS "user", application_name AS application, host(client_addr) AS address, state,
         wait_event_type IS NOT DISTINCT FROM 'Lock' AS "isWaiting",
         backend_start::text AS "backendStart", xact_start::text AS "xactStart", query_id::text AS "queryId",
         xact_start AS since,
         extract(epoch FROM clock_timestamp() - state_change)::float8 AS "stateSeconds",
         extract(epoch FROM clock_timestamp() - xact_start)::float8 AS "transactionSeconds",
         (SELECT count(*)::int FROM waiting WHERE a.pid = ANY (waiting.blockers)) AS blocks,
         substring(textsend(query) FROM 1 FOR 4000) AS statement
    FROM pg_stat_activity a
   WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
     AND xact_start IS NOT NULL AND clock_timestamp() - xact_start > interval '1 s'
   ORDER BY xact_start
   LIMIT 50`

export const connectionLimits = sql`
  SELECT current_setting('max_connections')::int AS "maxConnections",
         current_setting('superuser_reserved_connections')::int
           + coalesce(current_setting('reserved_connections', true), '0')::int AS reserved,
         (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()) AS "databaseLimit",
         (SELECT coalesce(jsonb_object_agg(rolname, rolconnlimit), '{}')
            FROM pg_roles
           WHERE rolconnlimit > 0 AND rolcanlogin AND NOT rolsuper AND rolname <> current_user) AS "userLimits",
         (SELECT reset_val || coalesce(unit, '') FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout')
           AS "idleTimeout"`
