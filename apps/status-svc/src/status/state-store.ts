import { sql, type Queryable } from '@akashic/shared/postgres'
import { isPausedNow, type ComponentState } from './advance.ts'
import type { VerdictFailure } from './check-verdict.ts'
import type { ComponentStatus } from './component-status.ts'
import type { VerdictRecords } from './verdict-record.ts'

interface StateRow {
  readonly num: number
  readonly status: ComponentStatus
  readonly since: Date
  readonly opened: Date
  readonly failure: VerdictFailure | null
  readonly response_time_ms: number | null
  readonly last_checked: Date | null
  readonly flapping_since: Date | null
  readonly stale_at: Date | null
  readonly verdicts: VerdictRecords
  readonly revision: number
  readonly is_maintained: boolean
  /** A number while it is infinite. */
  readonly paused_until: Date | number | null
}

/** States by component number. */
export type States = ReadonlyMap<number, ComponentState>

const columns = sql`
  component_num AS num, status, since, opened, failure, response_time_ms, last_checked, flapping_since, stale_at, verdicts,
  revision, is_maintained, paused_until`

export async function readStates(db: Queryable, nums: readonly number[]): Promise<States> {
  return statesOf(
    await db.query<StateRow>(sql`
      SELECT ${columns}
        FROM status.component_state
       WHERE component_num = ANY(${nums}::int[])`),
  )
}

/** Locks the states of `nums` for change, in order of number, so that two writers never wait for each other. */
export async function lockStates(tx: Queryable, nums: readonly number[]): Promise<States> {
  return statesOf(
    await tx.query<StateRow>(sql`
      SELECT ${columns}
        FROM status.component_state
       WHERE component_num = ANY(${nums}::int[])
       ORDER BY component_num
         FOR NO KEY UPDATE`),
  )
}

/** Numbers of the components whose state holds only until before `nowMs`, or is dated after it. */
export async function readOutdated(db: Queryable, nowMs: number): Promise<number[]> {
  const rows = await db.query<{ num: number }>(sql`
    SELECT component_num AS num
      FROM status.component_state
     WHERE stale_at < ${new Date(nowMs)}
        OR greatest(opened, last_checked) > ${new Date(nowMs)}
     ORDER BY component_num`)
  return rows.map((row) => row.num)
}

/** Locks the states of `nums`; passes over those that somebody else is changing. */
export async function lockFree(tx: Queryable, nums: readonly number[]): Promise<States> {
  return statesOf(
    await tx.query<StateRow>(sql`
      SELECT ${columns}
        FROM status.component_state
       WHERE component_num = ANY(${nums}::int[])
       ORDER BY component_num
         FOR NO KEY UPDATE SKIP LOCKED`),
  )
}

export async function insertStates(tx: Queryable, states: States): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.component_state
      (component_num, status, since, opened, failure, response_time_ms, last_checked, flapping_since, stale_at, verdicts,
       revision, is_maintained, paused_until)
    ${rowsOf(states)}`)
}

/** Writes changed states; returns them with the revision they have now. */
export async function saveStates(tx: Queryable, changed: States): Promise<States> {
  const states = new Map([...changed].map(([num, state]) => [num, { ...state, revision: state.revision + 1 }]))
  await tx.query(sql`
    UPDATE status.component_state AS s
       SET status = n.status, since = n.since, opened = n.opened, failure = n.failure,
           response_time_ms = n.response_time_ms, last_checked = n.last_checked, flapping_since = n.flapping_since,
           stale_at = n.stale_at, verdicts = n.verdicts, revision = n.revision,
           is_maintained = n.is_maintained, paused_until = n.paused_until
      FROM (${rowsOf(states)}) AS n
     WHERE s.component_num = n.num`)
  return states
}

export async function deleteStates(tx: Queryable, nums: readonly number[]): Promise<void> {
  await tx.query(sql`
    DELETE FROM status.component_state
     WHERE component_num = ANY(${nums}::int[])`)
}

/** Numbers of the components whose checks are paused. */
export async function readPaused(db: Queryable): Promise<ReadonlySet<number>> {
  const rows = await db.query<Pick<StateRow, 'num'>>(sql`
    SELECT component_num AS num
      FROM status.component_state
     WHERE is_maintained AND paused_until = 'infinity'`)
  return new Set(rows.map((row) => row.num))
}

/** Sends `payload` to whoever listens on `channel`, once the transaction commits. */
export async function notify(tx: Queryable, channel: string, payload: string): Promise<void> {
  await tx.query(sql`SELECT pg_notify(${channel}, ${payload})`)
}

/** All states, for the board. */
export async function readAllStates(db: Queryable): Promise<States> {
  return statesOf(
    await db.query<StateRow>(sql`
      SELECT ${columns}
        FROM status.component_state`),
  )
}

/** The revision of every state, by component number. */
export async function readRevisions(db: Queryable): Promise<ReadonlyMap<number, number>> {
  const rows = await db.query<Pick<StateRow, 'num' | 'revision'>>(sql`
    SELECT component_num AS num, revision
      FROM status.component_state`)
  return new Map(rows.map(({ num, revision }) => [num, revision]))
}

function rowsOf(states: States) {
  const all = [...states.values()]
  const instant = (ms: number | null) => (ms === null ? null : new Date(ms))
  return sql`
    SELECT *
      FROM unnest(
             ${[...states.keys()]}::int[],
             ${all.map((state) => state.status)}::text[],
             ${all.map((state) => instant(state.sinceMs))}::timestamptz[],
             ${all.map((state) => instant(state.openedMs))}::timestamptz[],
             ${all.map((state) => state.failure && JSON.stringify(state.failure))}::jsonb[],
             ${all.map((state) => state.responseTimeMs)}::double precision[],
             ${all.map((state) => instant(state.lastCheckedMs))}::timestamptz[],
             ${all.map((state) => instant(state.flappingSinceMs))}::timestamptz[],
             ${all.map((state) => instant(state.staleAtMs))}::timestamptz[],
             ${all.map((state) => JSON.stringify(state.verdicts))}::jsonb[],
             ${all.map((state) => state.revision)}::bigint[],
             ${all.map((state) => state.isMaintained)}::boolean[],
             ${all.map((state) => (isPausedNow(state) ? 'infinity' : instant(state.pausedUntilMs)))}::timestamptz[]
           ) AS n (num, status, since, opened, failure, response_time_ms, last_checked, flapping_since, stale_at, verdicts,
                   revision, is_maintained, paused_until)`
}

function statesOf(rows: readonly StateRow[]): States {
  return new Map(
    rows.map((row) => [
      row.num,
      {
        status: row.status,
        sinceMs: row.since.getTime(),
        openedMs: row.opened.getTime(),
        failure: row.failure,
        responseTimeMs: row.response_time_ms,
        lastCheckedMs: row.last_checked?.getTime() ?? null,
        flappingSinceMs: row.flapping_since?.getTime() ?? null,
        staleAtMs: row.stale_at?.getTime() ?? null,
        verdicts: row.verdicts,
        revision: row.revision,
        isMaintained: row.is_maintained,
        pausedUntilMs: row.paused_until?.valueOf() ?? null,
      },
    ]),
  )
}
