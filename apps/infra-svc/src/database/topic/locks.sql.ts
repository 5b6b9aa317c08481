import { sql } from '@akashic/shared/postgres'

/** Sessions that wait for a lock, with those that they wait for: each is asked for once, as that holds up the server's lock table
 *  for a moment. To stand after WITH. */
export const waitingSessions = sql`waiting AS MATERIALIZED (
    SELECT pid, pg_blocking_pids(pid) AS blockers
      FROM pg_stat_activity
     WHERE wait_event_type = 'Lock' AND datname = current_database()
     LIMIT 500
  )`

/** Sessions that wait for a lock, and those that they wait for. Process 0 is a prepared transaction. */
export const lockedSessions = sql`
  WITH ${waitingSessions}, involved AS (
    SELECT pid FROM waiting UNION SELECT unnest(blockers) FROM waiting
  )
  SELECT i.pid, coalesce(w.blockers, '{}') AS blockers, a.usename AS "user", a.application_name AS application,
         host(a.client_addr) AS address, a.state, a.backend_type AS "backendType",
         a.backend_start::text AS "backendStart", a.xact_start::text AS "xactStart", a.query_id::text AS "queryId",
         a.xact_start AS since,
         extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS "transactionSeconds",
         extract(epoch FROM clock_timestamp() - coalesce(l.waitstart, a.query_start))::float8 AS "waitSeconds",
         l.locktype AS "lockType", l.mode, l.relation::regclass::text AS relation,
         substring(textsend(a.query) FROM 1 FOR 4000) AS statement
    FROM involved i
    LEFT JOIN waiting w USING (pid)
    LEFT JOIN pg_stat_activity a USING (pid)
    LEFT JOIN LATERAL (
      SELECT locktype, mode, relation, waitstart FROM pg_locks WHERE pid = i.pid AND NOT granted LIMIT 1
    ) l ON true`
