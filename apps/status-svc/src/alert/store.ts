import { sql, type Queryable } from '@akashic/shared/postgres'
import {
  ruleKindLabel,
  type Alert,
  type AlertIncident,
  type AlertSeverity,
  type AlertSignal,
  type AlertStatus,
  type Labels,
} from './alert.ts'

interface Row {
  readonly num: number
  readonly id: string
  readonly version: number
  readonly source: string
  readonly fingerprint: string
  readonly component_num: number | null
  readonly component_id: string | null
  readonly component_visibility: 'public' | 'internal' | null
  readonly status: AlertStatus
  readonly severity: AlertSeverity
  readonly summary: string
  readonly labels: Labels
  readonly assignee_role: string | null
  readonly assignee_person: string | null
  readonly incident_num: number | null
  readonly incident_id: string | null
  readonly incident_visibility: AlertIncident['visibility'] | null
  readonly fired_at: Date
  readonly heard_at: Date
  readonly last_seen_at: Date
  readonly resolved_at: Date | null
}

const alerts = sql`
  SELECT a.*, c.id AS component_id, c.definition ->> 'visibility' AS component_visibility, i.id AS incident_id,
         i.visibility AS incident_visibility
    FROM status.alert AS a
    LEFT JOIN status.component AS c ON c.num = a.component_num
    LEFT JOIN status.incident AS i ON i.num = a.incident_num`

export interface NewAlert extends AlertSignal {
  readonly id: string
  readonly componentNum: number | null
  readonly incidentNum: number | null
  readonly labels: Labels
  readonly firedAtMs: number
  readonly nowMs: number
}

/** Writes an alert that fires; where it fires already, only that it was seen again. */
export async function fire(tx: Queryable, alert: NewAlert): Promise<{ readonly num: number; readonly isNew: boolean }> {
  const [row] = await tx.query<{ num: number; is_new: boolean }>(sql`
    INSERT INTO status.alert AS a
      (id, version, source, fingerprint, component_num, status, severity, summary, assignee_role, assignee_person,
       incident_num, labels, fired_at, heard_at, last_seen_at, expires_at)
    VALUES (${alert.id}, 1, ${alert.source}, ${alert.fingerprint}, ${alert.componentNum}, 'firing', ${alert.severity},
            ${alert.summary}, ${alert.assignee?.role ?? null}, ${alert.assignee?.person ?? null}, ${alert.incidentNum},
            ${sql.json(alert.labels)}, ${new Date(alert.firedAtMs)}, ${new Date(alert.nowMs)}, ${new Date(alert.nowMs)},
            ${alert.expiresAtMs ? new Date(alert.expiresAtMs) : null})
        ON CONFLICT (source, fingerprint) WHERE status = 'firing' DO UPDATE
       SET last_seen_at = greatest(a.last_seen_at, excluded.last_seen_at), expires_at = excluded.expires_at
    RETURNING a.num, a.id = ${alert.id} AS is_new`)
  return { num: row!.num, isNew: row!.is_new }
}

/** Takes over what is said now of an alert that fires already; what it is about only while it belongs to no incident. */
export async function renew(
  tx: Queryable,
  num: number,
  { severity, summary, assignee }: AlertSignal,
  componentNum: number | null,
): Promise<void> {
  await tx.query(sql`
    UPDATE status.alert
       SET severity = ${severity}, summary = ${summary}, version = version + 1,
           component_num = CASE WHEN incident_num IS NULL THEN ${componentNum} ELSE component_num END,
           assignee_role = coalesce(${assignee?.role ?? null}, assignee_role),
           assignee_person = CASE WHEN ${!assignee} THEN assignee_person ELSE ${assignee?.person ?? null} END
     WHERE num = ${num}`)
}

/** Locks the alert that fires under this fingerprint. */
export async function lockFiring(tx: Queryable, source: string, fingerprint: string): Promise<number | undefined> {
  const [row] = await tx.query<{ num: number }>(sql`
    SELECT num
      FROM status.alert
     WHERE source = ${source} AND fingerprint = ${fingerprint} AND status = 'firing'
       FOR UPDATE`)
  return row?.num
}

export async function resolve(tx: Queryable, num: number, nowMs: number): Promise<void> {
  await tx.query(sql`
    UPDATE status.alert
       SET status = 'resolved', resolved_at = ${new Date(nowMs)}, version = version + 1
     WHERE num = ${num}`)
}

export async function readOne(db: Queryable, num: number): Promise<Alert> {
  const rows = await db.query<Row>(sql`
    ${alerts}
     WHERE a.num = ${num}`)
  return rows.map(alertOf)[0]!
}

/** What a list is of. Nulls leave nothing out. */
export interface AlertFilter {
  readonly status: AlertStatus | null
  readonly source: string | null
  readonly componentId: string | null
  readonly isRestrictedShown: boolean
  /** Only alerts of these components. */
  readonly scope: readonly string[] | null
}

/** The newest `limit` alerts before number `beforeNum`, newest first. */
export async function readPage(db: Queryable, filter: AlertFilter, beforeNum: number, limit: number): Promise<Alert[]> {
  const conditions = [sql`a.num < ${beforeNum}`]
  if (filter.status !== null) conditions.push(sql`a.status = ${filter.status}`)
  if (filter.source !== null) conditions.push(sql`a.source = ${filter.source}`)
  if (filter.componentId !== null) conditions.push(sql`c.id = ${filter.componentId}`)
  if (filter.scope !== null) conditions.push(sql`c.id = ANY(${filter.scope}::text[])`)
  if (!filter.isRestrictedShown) conditions.push(sql`i.visibility IS DISTINCT FROM 'restricted'`)
  const rows = await db.query<Row>(sql`
    ${alerts}
     WHERE ${sql.join(conditions, ' AND ')}
     ORDER BY a.num DESC
     LIMIT ${limit}`)
  return rows.map(alertOf)
}

/** Alerts that fire about a component and belong to no incident, worst and newest first; none of `sources`. */
export async function readUnlinked(db: Queryable, sources: readonly string[], limit: number): Promise<Alert[]> {
  const rows = await db.query<Row>(sql`
    ${alerts}
     WHERE a.status = 'firing' AND a.incident_num IS NULL AND a.component_num IS NOT NULL
       AND a.source <> ALL(${sources}::text[])
     ORDER BY array_position(ARRAY['critical', 'warning', 'info'], a.severity), a.num DESC
     LIMIT ${limit}`)
  return rows.map(alertOf)
}

/** Locks those of the alerts that still fire and belong to no incident, and makes them belong to this one. */
export async function link(tx: Queryable, nums: readonly number[], incidentNum: number): Promise<Alert[]> {
  const linked = await tx.query<{ num: number }>(sql`
    UPDATE status.alert
       SET incident_num = ${incidentNum}, version = version + 1
     WHERE num = ANY(${nums}::bigint[]) AND status = 'firing' AND incident_num IS NULL
    RETURNING num`)
  const rows = await tx.query<Row>(sql`
    ${alerts}
     WHERE a.num = ANY(${linked.map(({ num }) => num)}::bigint[])
     ORDER BY a.num`)
  return rows.map(alertOf)
}

/** Makes the alerts of one incident belong to another. */
export async function relink(tx: Queryable, fromIncidentNum: number, toIncidentNum: number): Promise<void> {
  await tx.query(sql`
    UPDATE status.alert
       SET incident_num = ${toIncidentNum}, version = version + 1
     WHERE incident_num = ${fromIncidentNum}`)
}

/** Alerts of the incident that fire; none of `sources`, and those about error budgets only when they are asked for. */
export async function readFiringOf(
  db: Queryable,
  sources: readonly string[],
  incidentNum: number,
  withBudgets: boolean,
): Promise<Alert[]> {
  const rows = await db.query<Row>(sql`
    ${alerts}
     WHERE a.incident_num = ${incidentNum} AND a.status = 'firing' AND a.source <> ALL(${sources}::text[])
       AND (${withBudgets} OR NOT (a.source = 'rule' AND a.labels ->> ${ruleKindLabel} = 'burn_rate'))
     ORDER BY a.num
     LIMIT 1000`)
  return rows.map(alertOf)
}

/** Title of an incident to which alerts with these labels belong that still fire; undefined when there is none. */
export async function readIncidentTitle(db: Queryable, labels: Labels): Promise<string | undefined> {
  const [row] = await db.query<{ title: string }>(sql`
    SELECT CASE WHEN i.visibility = 'restricted' THEN 'a restricted incident' ELSE i.title END AS title
      FROM status.alert AS a
      JOIN status.incident AS i ON i.num = a.incident_num
     WHERE a.status = 'firing' AND a.labels @> ${sql.json(labels)}
     ORDER BY a.num DESC
     LIMIT 1`)
  return row?.title
}

/** Alerts that fire and belong to no incident, worst and newest first; none of `sources`. */
export async function readLoose(db: Queryable, sources: readonly string[], limit: number): Promise<Alert[]> {
  const rows = await db.query<Row>(sql`
    ${alerts}
     WHERE a.status = 'firing' AND a.incident_num IS NULL AND a.source <> ALL(${sources}::text[])
     ORDER BY array_position(ARRAY['critical', 'warning', 'info'], a.severity), a.num DESC
     LIMIT ${limit}`)
  return rows.map(alertOf)
}

/** Alerts before number `beforeNum` that fire, or fired after `sinceMs`; newest first. */
export async function readSince(db: Queryable, sinceMs: number, beforeNum: number, limit: number): Promise<Alert[]> {
  const rows = await db.query<Row>(sql`
    ${alerts}
     WHERE a.num < ${beforeNum} AND (a.resolved_at IS NULL OR a.resolved_at > ${new Date(sinceMs)})
     ORDER BY a.num DESC
     LIMIT ${limit}`)
  return rows.map(alertOf)
}

/** Notes that alerts which fire were heard of again, where nothing else about them is new.
 *  @returns fingerprints of those. */
export async function touch(
  tx: Queryable,
  source: string,
  seen: readonly (Pick<AlertSignal, 'fingerprint' | 'severity' | 'summary' | 'expiresAtMs'> & {
    readonly componentNum: number | null
  })[],
  nowMs: number,
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ fingerprint: string }>(sql`
    UPDATE status.alert AS a
       SET last_seen_at = greatest(a.last_seen_at, ${new Date(nowMs)}), expires_at = said.expires_at
      FROM unnest(${seen.map(({ fingerprint }) => fingerprint)}::text[],
                  ${seen.map(({ severity }) => severity)}::text[],
                  ${seen.map(({ summary }) => summary)}::text[],
                  ${seen.map(({ expiresAtMs }) => (expiresAtMs ? new Date(expiresAtMs) : null))}::timestamptz[],
                  ${seen.map(({ componentNum }) => componentNum)}::int[])
           AS said (fingerprint, severity, summary, expires_at, component_num)
     WHERE a.source = ${source} AND a.status = 'firing' AND a.fingerprint = said.fingerprint
       AND a.severity = said.severity AND a.summary = said.summary
       AND (a.incident_num IS NOT NULL OR a.component_num IS NOT DISTINCT FROM said.component_num)
    RETURNING a.fingerprint`)
  return new Set(rows.map(({ fingerprint }) => fingerprint))
}

/** Those of the fingerprints under which something fires. */
export async function readFiringAmong(
  db: Queryable,
  source: string,
  fingerprints: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ fingerprint: string }>(sql`
    SELECT fingerprint
      FROM status.alert
     WHERE source = ${source} AND status = 'firing' AND fingerprint = ANY(${fingerprints}::text[])`)
  return new Set(rows.map(({ fingerprint }) => fingerprint))
}

/** Fingerprints of alerts that fire and were last heard of too long ago. */
export async function readExpired(
  db: Queryable,
  nowMs: number,
  limit: number,
): Promise<readonly { readonly source: string; readonly fingerprint: string }[]> {
  return db.query(sql`
    SELECT source, fingerprint
      FROM status.alert
     WHERE status = 'firing' AND expires_at <= ${new Date(nowMs)}
     ORDER BY num
     LIMIT ${limit}`)
}

/** Alerts that ended, of incidents that are open, where the timeline does not say so yet; none of `sources`. */
export async function readEnded(
  db: Queryable,
  sources: readonly string[],
  incidentNum: number | null,
): Promise<Alert[]> {
  const rows = await db.query<Row>(sql`
    ${alerts}
     WHERE a.status = 'resolved' AND a.incident_num IS NOT NULL AND NOT a.is_end_noted
       AND i.status NOT IN ('resolved', 'postmortem')
       AND a.source <> ALL(${sources}::text[])
       ${incidentNum === null ? sql`` : sql`AND a.incident_num = ${incidentNum}`}
     ORDER BY a.num
     LIMIT 1000`)
  return rows.map(alertOf)
}

/** Says that the timeline knows of their end. */
export async function noteEnd(tx: Queryable, nums: readonly number[]): Promise<void> {
  await tx.query(sql`
    UPDATE status.alert
       SET is_end_noted = true
     WHERE num = ANY(${nums}::bigint[])`)
}

/** Tells whoever listens on `channel`, once the transaction commits. */
export async function notify(tx: Queryable, channel: string): Promise<void> {
  await tx.query(sql`SELECT pg_notify(${channel}, '')`)
}

/** Removes what was resolved before `beforeMs`. */
export async function prune(db: Queryable, beforeMs: number): Promise<void> {
  await db.query(sql`
    DELETE FROM status.alert
     WHERE status = 'resolved' AND resolved_at < ${new Date(beforeMs)}`)
}

function alertOf(row: Row): Alert {
  const { component_num, component_id, incident_num, incident_id } = row
  return {
    num: row.num,
    id: row.id,
    version: row.version,
    source: row.source,
    fingerprint: row.fingerprint,
    component:
      component_num === null
        ? null
        : { num: component_num, id: component_id!, visibility: row.component_visibility ?? 'internal' },
    status: row.status,
    severity: row.severity,
    summary: row.summary,
    labels: row.labels,
    assignee: row.assignee_role === null ? null : { role: row.assignee_role, person: row.assignee_person },
    incident:
      incident_num === null
        ? null
        : { num: incident_num, id: incident_id!, visibility: row.incident_visibility ?? 'restricted' },
    firedAtMs: row.fired_at.getTime(),
    heardAtMs: row.heard_at.getTime(),
    lastSeenAtMs: row.last_seen_at.getTime(),
    resolvedAtMs: row.resolved_at?.getTime() ?? null,
  }
}
