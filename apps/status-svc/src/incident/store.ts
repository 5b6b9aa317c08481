import { sql, type Queryable, type Sql } from '@akashic/shared/postgres'
import type {
  IncidentComponent,
  Incident,
  IncidentStatus,
  IncidentSummary,
  IncidentUpdate,
  Severity,
} from './incident.ts'
import {
  componentOf,
  incidentOf,
  summaryOf,
  updateOf,
  type ComponentRow,
  type IncidentRow,
  type UpdateRow,
} from './rows.ts'
import { toldStatus } from './told.ts'
import { wakeAtMs } from './wake.ts'

const at = (ms: number | null) => (ms === null ? null : new Date(ms))

/** Takes the number of a new incident; its row comes with `insert`. */
export async function takeNumber(tx: Queryable): Promise<number> {
  const [row] = await tx.query<{ num: number }>(sql`
    SELECT nextval(pg_get_serial_sequence('status.incident', 'num'))::int AS num`)
  return row!.num
}

/** Writes a new incident with its components and updates. */
export async function insert(tx: Queryable, incident: Incident): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.incident
      (num, id, version, title, severity, status, visibility, impact, started_at, opened_at, identified_at, monitoring_at,
       resolved_at, resolve_at, updated_at, next_update_at, first_published_at, told_status, ticket_url, opened_by,
       reopened_count, roles, checklist, reminded, wake_at, timeline_seq, timeline_hash)
    OVERRIDING SYSTEM VALUE
    VALUES (${incident.num}, ${incident.id}, ${incident.version}, ${incident.title}, ${incident.severity},
            ${incident.status}, ${incident.visibility}, ${incident.impact}, ${at(incident.startedAtMs)},
            ${at(incident.openedAtMs)}, ${at(incident.identifiedAtMs)}, ${at(incident.monitoringAtMs)},
            ${at(incident.resolvedAtMs)}, ${at(incident.resolveAtMs)}, ${at(incident.updatedAtMs)},
            ${at(incident.nextUpdateAtMs)}, ${at(incident.firstPublishedAtMs)}, ${toldStatus(incident)},
            ${incident.ticketUrl}, ${incident.openedBy}, ${incident.reopenedCount}, ${sql.json(incident.roles)},
            ${sql.json(incident.ticks)}, ${sql.json(incident.reminded)}, ${at(wakeAtMs(incident))}, ${incident.timeline.seq}, ${incident.timeline.hash})`)
  await saveComponents(tx, incident.num, incident.components)
  await saveUpdates(tx, incident.num, incident.updates)
}

/** Writes what differs from `before`; the row's version becomes that of `incident`. */
export async function save(tx: Queryable, before: Incident, incident: Incident): Promise<void> {
  await tx.query(sql`
    UPDATE status.incident
       SET version = ${incident.version}, title = ${incident.title}, severity = ${incident.severity},
           status = ${incident.status}, visibility = ${incident.visibility}, impact = ${incident.impact},
           started_at = ${at(incident.startedAtMs)}, identified_at = ${at(incident.identifiedAtMs)},
           monitoring_at = ${at(incident.monitoringAtMs)}, resolved_at = ${at(incident.resolvedAtMs)},
           resolve_at = ${at(incident.resolveAtMs)}, updated_at = ${at(incident.updatedAtMs)},
           next_update_at = ${at(incident.nextUpdateAtMs)},
           first_published_at = ${at(incident.firstPublishedAtMs)}, told_status = ${toldStatus(incident)},
           ticket_url = ${incident.ticketUrl}, reopened_count = ${incident.reopenedCount},
           roles = ${sql.json(incident.roles)}, checklist = ${sql.json(incident.ticks)},
           reminded = ${sql.json(incident.reminded)}, wake_at = ${at(wakeAtMs(incident))},
           timeline_seq = ${incident.timeline.seq}, timeline_hash = ${incident.timeline.hash}
     WHERE num = ${incident.num}`)
  if (incident.components !== before.components) {
    const kept = new Set(incident.components.map((component) => component.num))
    const left = before.components.filter((component) => !kept.has(component.num)).map((component) => component.num)
    if (left.length > 0) await removeComponents(tx, incident.num, left)
    await saveComponents(
      tx,
      incident.num,
      incident.components.filter((component) => !before.components.includes(component)),
    )
  }
  const written = incident.updates.filter((update) => !before.updates.includes(update))
  await saveUpdates(tx, incident.num, written)
}

async function removeComponents(tx: Queryable, incidentNum: number, nums: readonly number[]): Promise<void> {
  await tx.query(sql`
    DELETE FROM status.incident_component
     WHERE incident_num = ${incidentNum} AND component_num = ANY(${nums}::int[])`)
}

async function saveComponents(
  tx: Queryable,
  incidentNum: number,
  components: readonly IncidentComponent[],
): Promise<void> {
  if (components.length === 0) return
  await tx.query(sql`
    INSERT INTO status.incident_component
      (incident_num, component_num, worst_status, joined_at, recovered_at, is_root)
    SELECT ${incidentNum}, *
      FROM unnest(
             ${components.map((component) => component.num)}::int[],
             ${components.map((component) => component.worstStatus)}::text[],
             ${components.map((component) => at(component.joinedAtMs))}::timestamptz[],
             ${components.map((component) => at(component.recoveredAtMs))}::timestamptz[],
             ${components.map((component) => component.isRoot)}::boolean[]
           )
        ON CONFLICT (incident_num, component_num) DO UPDATE
       SET worst_status = excluded.worst_status, joined_at = excluded.joined_at,
           recovered_at = excluded.recovered_at, is_root = excluded.is_root`)
}

async function saveUpdates(tx: Queryable, incidentNum: number, updates: readonly IncidentUpdate[]): Promise<void> {
  for (const update of updates) {
    await tx.query(sql`
      INSERT INTO status.incident_update
        (id, incident_num, seq, status, body, state, author, created_at, updated_at, published_at, next_update_at,
         affected)
      VALUES (${update.id}, ${incidentNum}, ${update.seq}, ${update.status}, ${update.body}, ${update.state},
              ${update.author}, ${at(update.createdAtMs)}, ${at(update.updatedAtMs)}, ${at(update.publishedAtMs)},
              ${at(update.nextUpdateAtMs)}, ${sql.json(update.affected)})
          ON CONFLICT (id) DO UPDATE
         SET body = excluded.body, state = excluded.state, updated_at = excluded.updated_at,
             published_at = excluded.published_at, next_update_at = excluded.next_update_at,
             affected = excluded.affected`)
  }
}

/** Reads one incident whole; with `lock`, nobody else changes it until the transaction ends. */
export async function readOne(db: Queryable, id: string, lock = false): Promise<Incident | undefined> {
  const [row] = await db.query<IncidentRow>(sql`
    SELECT *
      FROM status.incident
     WHERE id = ${id}
    ${lock ? sql`FOR UPDATE` : sql``}`)
  if (!row) return undefined
  const [components, updates] = [await readComponents(db, [row.num]), await readUpdates(db, [row.num])]
  return incidentOf(row, components.get(row.num) ?? [], updates.get(row.num) ?? [])
}

/** What a list is of. Empty lists and nulls leave nothing out. */
export interface IncidentFilter {
  readonly statuses: readonly IncidentStatus[]
  readonly severities: readonly Severity[]
  readonly componentId: string | null
  readonly isRestrictedShown: boolean
  /** Only incidents of these components. */
  readonly scope: readonly string[] | null
}

/** The newest `limit` incidents opened before number `beforeNum`, newest first. */
export async function readPage(
  db: Queryable,
  filter: IncidentFilter,
  beforeNum: number,
  limit: number,
): Promise<IncidentSummary[]> {
  const conditions: Sql[] = [sql`i.num < ${beforeNum}`]
  if (filter.statuses.length > 0) conditions.push(sql`i.status = ANY(${filter.statuses}::text[])`)
  if (filter.severities.length > 0) conditions.push(sql`i.severity = ANY(${filter.severities}::smallint[])`)
  if (!filter.isRestrictedShown) conditions.push(sql`i.visibility <> 'restricted'`)
  if (filter.componentId !== null) conditions.push(isOf([filter.componentId]))
  if (filter.scope !== null) conditions.push(isOf(filter.scope))
  const rows = await db.query<IncidentRow>(sql`
    SELECT i.*
      FROM status.incident AS i
     WHERE ${sql.join(conditions, ' AND ')}
     ORDER BY i.num DESC
     LIMIT ${limit}`)
  return withComponents(db, rows)
}

const isOf = (componentIds: readonly string[]) => sql`
  EXISTS (SELECT
            FROM status.incident_component AS ic
            JOIN status.component AS c ON c.num = ic.component_num
           WHERE ic.incident_num = i.num AND c.id = ANY(${componentIds}::text[]))`

async function withComponents(db: Queryable, rows: readonly IncidentRow[]): Promise<IncidentSummary[]> {
  const components = await readComponents(
    db,
    rows.map((row) => row.num),
  )
  return rows.map((row) => summaryOf(row, components.get(row.num) ?? []))
}

/** Incidents that are not over, oldest first. */
export async function readOpen(db: Queryable): Promise<IncidentSummary[]> {
  const rows = await db.query<IncidentRow>(sql`
    SELECT *
      FROM status.incident
     WHERE status NOT IN ('resolved', 'postmortem')
     ORDER BY num`)
  return withComponents(db, rows)
}

/** Of each of these components, by number, the incident that was resolved last. */
export async function readLastResolved(
  db: Queryable,
  nums: readonly number[],
): Promise<ReadonlyMap<number, IncidentSummary>> {
  if (nums.length === 0) return new Map()
  const rows = await db.query<IncidentRow & { component_num: number }>(sql`
    SELECT DISTINCT ON (ic.component_num) ic.component_num, i.*
      FROM status.incident_component AS ic
      JOIN status.incident AS i ON i.num = ic.incident_num
     WHERE ic.component_num = ANY(${nums}::int[]) AND i.status IN ('resolved', 'postmortem')
     ORDER BY ic.component_num, i.resolved_at DESC, i.num DESC`)
  const summaries = await withComponents(db, rows)
  return new Map(rows.map((row, i) => [row.component_num, summaries[i]!]))
}

/** Ids of incidents that the clock must look at by `nowMs`. */
export async function readDue(db: Queryable, nowMs: number, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    SELECT id
      FROM status.incident
     WHERE wake_at <= ${new Date(nowMs)}
     ORDER BY wake_at
     LIMIT ${limit}`)
  return rows.map((row) => row.id)
}

/** What the public may read, newest first: whole incidents of which a word was published. */
export async function readTold(
  db: Queryable,
  query: { readonly id: string | null; readonly onlyUnresolved: boolean },
  beforeNum: number,
  limit: number,
): Promise<Incident[]> {
  const conditions: Sql[] = [sql`told_status IS NOT NULL`, sql`num < ${beforeNum}`]
  if (query.id !== null) conditions.push(sql`id = ${query.id}`)
  if (query.onlyUnresolved) conditions.push(sql`told_status NOT IN ('resolved', 'postmortem')`)
  const rows = await db.query<IncidentRow>(sql`
    SELECT *
      FROM status.incident
     WHERE ${sql.join(conditions, ' AND ')}
     ORDER BY num DESC
     LIMIT ${limit}`)
  const nums = rows.map((row) => row.num)
  const components = await readComponents(db, nums)
  const updates = await readUpdates(db, nums)
  return rows.map((row) => incidentOf(row, components.get(row.num) ?? [], updates.get(row.num) ?? []))
}

async function readComponents(db: Queryable, nums: readonly number[]): Promise<Map<number, IncidentComponent[]>> {
  if (nums.length === 0) return new Map()
  const rows = await db.query<ComponentRow>(sql`
    SELECT ic.incident_num, ic.component_num, ic.worst_status, ic.joined_at, ic.recovered_at, ic.is_root, c.id,
           c.definition ->> 'name' AS name, (c.definition ->> 'critical')::boolean AS critical,
           c.definition ->> 'visibility' AS visibility
      FROM status.incident_component AS ic
      JOIN status.component AS c ON c.num = ic.component_num
     WHERE ic.incident_num = ANY(${nums}::int[])
     ORDER BY ic.incident_num, ic.is_root DESC, ic.joined_at, c.position, c.num`)
  return grouped(rows, componentOf)
}

async function readUpdates(db: Queryable, nums: readonly number[]): Promise<Map<number, IncidentUpdate[]>> {
  if (nums.length === 0) return new Map()
  const rows = await db.query<UpdateRow>(sql`
    SELECT *
      FROM status.incident_update
     WHERE incident_num = ANY(${nums}::int[])
     ORDER BY incident_num, seq`)
  return grouped(rows, updateOf)
}

function grouped<Row extends { readonly incident_num: number }, Item>(
  rows: readonly Row[],
  itemOf: (row: Row) => Item,
): Map<number, Item[]> {
  const groups = new Map<number, Item[]>()
  for (const row of rows) {
    const group = groups.get(row.incident_num)
    if (group) group.push(itemOf(row))
    else groups.set(row.incident_num, [itemOf(row)])
  }
  return groups
}

/** Tells whoever listens on `channel`, once the transaction commits. */
export async function notify(tx: Queryable, channel: string): Promise<void> {
  await tx.query(sql`SELECT pg_notify(${channel}, '')`)
}
