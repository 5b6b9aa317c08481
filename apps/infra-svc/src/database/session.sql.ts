import { sql } from '@akashic/shared/postgres'

/** Begins a transaction that can write nothing and waits for nothing long. By SET LOCAL alone: a pooler between refuses
 *  limits among the parameters of the connection, and gives its server to another after the transaction. */
export const beginReading = ({ statementMs, lockMs }: { readonly statementMs: number; readonly lockMs: number }) => sql`
  BEGIN READ ONLY;
  SET LOCAL statement_timeout = ${sql.literal(`${statementMs}ms`)};
  SET LOCAL lock_timeout = ${sql.literal(`${lockMs}ms`)};
  SET LOCAL idle_in_transaction_session_timeout = ${sql.literal(`${statementMs + 1_000}ms`)}`

/** Texts that are not valid in the server's encoding come as the bytes that they are. */
export const rawEncoding = sql`SET LOCAL client_encoding = 'SQL_ASCII'`

export const commit = sql`COMMIT`
export const rollback = sql`ROLLBACK`

/** What the topics need to know of the server before they ask. */
export const serverFacts = sql`
  SELECT current_setting('server_version_num')::int AS "versionNumber",
         current_setting('server_version') AS version,
         pg_is_in_recovery() AS "isInRecovery",
         current_database() AS database,
         current_user AS "user",
         pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS "isMonitor",
         pg_postmaster_start_time() AS "startedAt",
         now() AS now,
         (SELECT jsonb_object_agg(extname, jsonb_build_object('version', extversion, 'schema', nspname))
            FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace) AS extensions`
