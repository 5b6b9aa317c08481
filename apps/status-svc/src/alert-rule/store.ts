import { sql, type Queryable } from '@akashic/shared/postgres'
import type { AlertSeverity } from '../alert/alert.ts'
import type { RuleEvent } from './record-event.ts'
import type { RuleState } from './rule-state.ts'

/** What is kept of a rule at one component while it pends or fires. */
export interface KeptState extends RuleState {
  readonly fingerprint: string
  readonly severity: AlertSeverity
  /** When its alert was last said to fire; null before. */
  readonly saidAtMs: number | null
}

/** As it is read: also whether there still is such a component. */
export interface StoredState extends KeptState {
  readonly isGone: boolean
}

interface StateRow {
  readonly num: number
  readonly fingerprint: string
  readonly severity: AlertSeverity
  readonly pending_since: Date
  readonly last_held_at: Date
  readonly firing_since: Date | null
  readonly said_at: Date | null
  readonly is_gone: boolean
}

/** True when this transaction alone, of all replicas, evaluates the rule until it ends. */
export async function tryToBeAlone(tx: Queryable, rule: string): Promise<boolean> {
  const [row] = await tx.query<{ is_alone: boolean }>(sql`
    SELECT pg_try_advisory_xact_lock(hashtextextended('akashic status.alert_rule ' || ${rule}, 0)) AS is_alone`)
  return row!.is_alone
}

/** Names of the rules that pend or fire somewhere. */
export async function readActive(db: Queryable): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ rule: string }>(sql`
    SELECT DISTINCT rule
      FROM status.alert_rule_state`)
  return new Set(rows.map(({ rule }) => rule))
}

/** Where the rule pends or fires, by component number. */
export async function readStates(tx: Queryable, rule: string): Promise<Map<number, StoredState>> {
  const rows = await tx.query<StateRow>(sql`
    SELECT s.component_num AS num, s.fingerprint, s.severity, s.pending_since, s.last_held_at, s.firing_since, s.said_at,
           c.deleted_at IS NOT NULL AS is_gone
      FROM status.alert_rule_state AS s
      JOIN status.component AS c ON c.num = s.component_num
     WHERE s.rule = ${rule}
     ORDER BY s.component_num`)
  return new Map(
    rows.map((row) => [
      row.num,
      {
        fingerprint: row.fingerprint,
        severity: row.severity,
        sinceMs: row.pending_since.getTime(),
        lastHeldMs: row.last_held_at.getTime(),
        firingSinceMs: row.firing_since?.getTime() ?? null,
        saidAtMs: row.said_at?.getTime() ?? null,
        isGone: row.is_gone,
      },
    ]),
  )
}

/** Writes states of one rule, by component number. */
export async function saveStates(tx: Queryable, rule: string, states: ReadonlyMap<number, KeptState>): Promise<void> {
  const all = [...states.values()]
  const instants = (of: (state: KeptState) => number | null) =>
    sql`${all.map((state) => (of(state) === null ? null : new Date(of(state)!)))}::timestamptz[]`
  await tx.query(sql`
    INSERT INTO status.alert_rule_state
      (rule, component_num, fingerprint, severity, pending_since, last_held_at, firing_since, said_at)
    SELECT ${rule}, n.*
      FROM unnest(
             ${[...states.keys()]}::int[],
             ${all.map(({ fingerprint }) => fingerprint)}::text[],
             ${all.map(({ severity }) => severity)}::text[],
             ${instants(({ sinceMs }) => sinceMs)},
             ${instants(({ lastHeldMs }) => lastHeldMs)},
             ${instants(({ firingSinceMs }) => firingSinceMs)},
             ${instants(({ saidAtMs }) => saidAtMs)}
           ) AS n
        ON CONFLICT (rule, component_num) DO UPDATE
       SET severity = excluded.severity, pending_since = excluded.pending_since, last_held_at = excluded.last_held_at,
           firing_since = excluded.firing_since, said_at = excluded.said_at`)
}

export async function removeStates(tx: Queryable, rule: string, componentNums: readonly number[]): Promise<void> {
  await tx.query(sql`
    DELETE FROM status.alert_rule_state
     WHERE rule = ${rule} AND component_num = ANY(${componentNums}::int[])`)
}

/** Numbers of the components that are in maintenance. */
export async function readMaintained(db: Queryable): Promise<ReadonlySet<number>> {
  const rows = await db.query<{ num: number }>(sql`
    SELECT component_num AS num
      FROM status.component_state
     WHERE is_maintained`)
  return new Set(rows.map(({ num }) => num))
}

/** Takes a turn, unless a replica has it: then undefined. @returns since when turns have been taken without a break longer
 *  than `breakMs`. */
export async function takeTurn(
  db: Queryable,
  { key, slot, nowMs, breakMs }: { key: string; slot: number; nowMs: number; breakMs: number },
): Promise<number | undefined> {
  const now = new Date(nowMs)
  const [row] = await db.query<{ watched_since: Date }>(sql`
    INSERT INTO status.alert_rule_turn AS t (key, slot, taken_at, watched_since)
    VALUES (${key}, ${slot}, ${now}, ${now})
        ON CONFLICT (key) DO UPDATE
       SET slot = excluded.slot, taken_at = excluded.taken_at,
           watched_since = CASE WHEN t.taken_at < ${new Date(nowMs - breakMs)} THEN ${now} ELSE t.watched_since END
     WHERE t.slot <> excluded.slot
    RETURNING watched_since`)
  return row?.watched_since.getTime()
}

export async function endTurn(db: Queryable, key: string, nowMs: number): Promise<void> {
  await db.query(sql`
    UPDATE status.alert_rule_turn
       SET ended_at = ${new Date(nowMs)}
     WHERE key = ${key}`)
}

/** True when the last turn of each key ended no earlier than at its given moment. */
export async function haveEnded(db: Queryable, sinceMs: ReadonlyMap<string, number>): Promise<boolean> {
  const [row] = await db.query<{ count: number }>(sql`
    SELECT count(*) AS count
      FROM unnest(
             ${[...sinceMs.keys()]}::text[],
             ${[...sinceMs.values()].map((ms) => new Date(ms))}::timestamptz[]) AS due (key, since)
      JOIN status.alert_rule_turn AS t ON t.key = due.key AND t.ended_at >= due.since`)
  return row!.count === sinceMs.size
}

/** Writes an event of a component that lives, under its id of now or a former one; one that is there stays as it is. */
export async function insertEvent(tx: Queryable, { id, type, componentId, atMs }: RuleEvent): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.rule_event (event_id, type, component_num, at)
    SELECT ${id}, ${type}, num, ${new Date(atMs)}::timestamptz
      FROM status.component
     WHERE deleted_at IS NULL
       AND (id = ${componentId} OR num = (SELECT component_num FROM status.component_former_id WHERE id = ${componentId}))
        ON CONFLICT DO NOTHING`)
}

/** Removes events from before `beforeMs`, and turns that were last taken before it. */
export async function prune(db: Queryable, beforeMs: number): Promise<void> {
  await db.query(sql`
    DELETE FROM status.rule_event
     WHERE at < ${new Date(beforeMs)}`)
  await db.query(sql`
    DELETE FROM status.alert_rule_turn
     WHERE taken_at < ${new Date(beforeMs)}`)
}
