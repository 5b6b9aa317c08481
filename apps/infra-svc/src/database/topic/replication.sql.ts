import { sql, type Sql } from '@akashic/shared/postgres'

/** Where the log is: written on a primary, received on a replica. */
const here = sql`CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END`

/** Replicas that read from this server. Lags in s and bytes; null for those that are idle. */
export const replicas = sql`
  SELECT pid, coalesce(application_name, '') AS name, host(client_addr) AS address, state, sync_state AS "syncState",
         extract(epoch FROM replay_lag)::float8 AS "replaySeconds",
         pg_wal_lsn_diff(${here}, replay_lsn)::float8 AS "behindBytes",
         pg_wal_lsn_diff(${here}, flush_lsn)::float8 AS "unsentBytes"
    FROM pg_stat_replication
   WHERE application_name <> 'pg_basebackup'
   ORDER BY "behindBytes" DESC NULLS FIRST
   LIMIT 50`

const syncedSlots = 170_000

/** What a slot keeps of the log, in bytes. Copies of the slots of a primary are read by nobody until it fails. */
export const slots = (versionNumber: number): Sql => sql`
  SELECT slot_name::text AS name, slot_type AS type, coalesce(database::text, '') AS database, active AS "isActive",
         wal_status AS "walStatus", pg_wal_lsn_diff(${here}, restart_lsn)::float8 AS "retainedBytes",
         temporary AS "isTemporary"
    FROM pg_replication_slots
   ${versionNumber >= syncedSlots ? sql`WHERE NOT synced` : sql``}
   ORDER BY "retainedBytes" DESC NULLS LAST
   LIMIT 50`

/** Of a replica: how long ago what it replayed last was committed, while there is more to replay, in s. Null where it has replayed
 *  no transaction since it started, and where it has received nothing: who is fed from an archive knows of no more than it has. */
export const ownLag = sql`
  SELECT CASE WHEN received <= replayed THEN 0
              WHEN received IS NOT NULL
              THEN extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 END AS seconds,
         CASE WHEN received <= replayed THEN 0 ELSE pg_wal_lsn_diff(received, replayed)::float8 END AS bytes,
         CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END AS "isPaused",
         EXISTS (SELECT FROM pg_stat_wal_receiver) AS "isReceiving",
         received IS NULL AND current_setting('restore_command') <> '' AS "isFromArchive"
    FROM (SELECT pg_last_wal_receive_lsn() AS received, pg_last_wal_replay_lsn() AS replayed) AS at
   WHERE pg_is_in_recovery()`
