import { sql, type Queryable } from '@akashic/shared/postgres'
import type { IncidentVisibility } from '../incident/incident.ts'
import type { Maintenance, MaintenanceStatus, MaintenanceUpdate } from './maintenance.ts'

interface Row {
  readonly num: number
  readonly id: string
  readonly version: number
  readonly title: string
  readonly body: string
  readonly status: MaintenanceStatus
  readonly visibility: IncidentVisibility
  readonly components: Maintenance['components']
  readonly scheduled_for: Date
  readonly scheduled_until: Date
  readonly pauses_checks: boolean
  readonly is_automatic: boolean
  readonly started_at: Date | null
  readonly completed_at: Date | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly updates: readonly MaintenanceUpdate[]
}

const at = (ms: number | null) => (ms === null ? null : new Date(ms))

const columns = sql`
  m.*, (SELECT coalesce(jsonb_agg(jsonb_build_object(
                 'num', c.num, 'id', c.id, 'isPublic', c.definition ->> 'visibility' = 'public'
               ) ORDER BY c.position, c.num), '[]')
          FROM status.component AS c
         WHERE c.num = ANY(m.component_nums)) AS components`

/** Writes a new maintenance; gives it its number. */
export async function insert(tx: Queryable, maintenance: Maintenance): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.maintenance
      (id, version, title, body, status, visibility, component_nums, scheduled_for, scheduled_until, pauses_checks,
       is_automatic, created_at, updated_at, updates)
    VALUES (${maintenance.id}, ${maintenance.version}, ${maintenance.title}, ${maintenance.body}, ${maintenance.status},
            ${maintenance.visibility}, ${maintenance.components.map(({ num }) => num)}::int[],
            ${at(maintenance.scheduledForMs)}, ${at(maintenance.scheduledUntilMs)}, ${maintenance.pausesChecks},
            ${maintenance.isAutomatic}, ${at(maintenance.createdAtMs)}, ${at(maintenance.updatedAtMs)}, ${sql.json(maintenance.updates)})`)
}

export async function save(tx: Queryable, maintenance: Maintenance): Promise<void> {
  await tx.query(sql`
    UPDATE status.maintenance
       SET version = ${maintenance.version}, title = ${maintenance.title}, body = ${maintenance.body},
           status = ${maintenance.status}, scheduled_for = ${at(maintenance.scheduledForMs)},
           scheduled_until = ${at(maintenance.scheduledUntilMs)}, started_at = ${at(maintenance.startedAtMs)},
           completed_at = ${at(maintenance.completedAtMs)}, updated_at = ${at(maintenance.updatedAtMs)},
           updates = ${sql.json(maintenance.updates)}
     WHERE num = ${maintenance.num}`)
}

/** With `lock`, nobody else changes it until the transaction ends. */
export async function readOne(db: Queryable, id: string, lock = false): Promise<Maintenance | undefined> {
  const rows = await db.query<Row>(sql`
    SELECT ${columns}
      FROM status.maintenance AS m
     WHERE m.id = ${id}
    ${lock ? sql`FOR UPDATE OF m` : sql``}`)
  return rows.map(maintenanceOf)[0]
}

/** Locks the first after `afterNum` that the clock must move by `nowMs`; passes over those that somebody else is moving. */
export async function lockNextDue(tx: Queryable, afterNum: number, nowMs: number): Promise<Maintenance | undefined> {
  const rows = await tx.query<Row>(sql`
    SELECT ${columns}
      FROM status.maintenance AS m
     WHERE m.num > ${afterNum}
       AND m.is_automatic
       AND m.status NOT IN ('completed', 'cancelled')
       AND CASE m.status WHEN 'scheduled' THEN m.scheduled_for ELSE m.scheduled_until END <= ${new Date(nowMs)}
     ORDER BY m.num
     LIMIT 1
       FOR UPDATE OF m SKIP LOCKED`)
  return rows.map(maintenanceOf)[0]
}

export interface MaintenanceFilter {
  /** All when empty. */
  readonly statuses: readonly MaintenanceStatus[]
  readonly visibilities: readonly IncidentVisibility[]
  /** Only those of these components; null leaves nothing out. */
  readonly scope: readonly string[] | null
}

/** By start, latest first, from after `place` on: start in milliseconds, number. */
export async function readPage(
  db: Queryable,
  { statuses, visibilities, scope }: MaintenanceFilter,
  place: readonly [number, number] | null,
  limit: number,
): Promise<Maintenance[]> {
  const conditions = [sql`m.visibility = ANY(${visibilities}::text[])`]
  if (statuses.length > 0) conditions.push(sql`m.status = ANY(${statuses}::text[])`)
  if (place) conditions.push(sql`(m.scheduled_for, m.num) < (${new Date(place[0])}, ${place[1]})`)
  if (scope !== null) {
    conditions.push(sql`m.component_nums && ARRAY(SELECT num FROM status.component WHERE id = ANY(${scope}::text[]))`)
  }
  const rows = await db.query<Row>(sql`
    SELECT ${columns}
      FROM status.maintenance AS m
     WHERE ${sql.join(conditions, ' AND ')}
     ORDER BY m.scheduled_for DESC, m.num DESC
     LIMIT ${limit}`)
  return rows.map(maintenanceOf)
}

/** What the maintenances under way mean for components, by number, whose state does not say so yet, or says so still. */
export async function readMisstated(
  db: Queryable,
): Promise<ReadonlyMap<number, { readonly isMaintained: boolean; readonly isPaused: boolean }>> {
  const rows = await db.query<{ num: number; isMaintained: boolean; isPaused: boolean }>(sql`
    WITH maintained AS (
      SELECT c.num, bool_or(m.pauses_checks) AS is_paused
        FROM status.maintenance AS m
       CROSS JOIN unnest(m.component_nums) AS c (num)
       WHERE m.status IN ('in_progress', 'verifying')
       GROUP BY c.num
    )
    SELECT s.component_num AS num, true AS "isMaintained", m.is_paused AS "isPaused"
      FROM status.component_state AS s
      JOIN maintained AS m ON m.num = s.component_num
     WHERE NOT s.is_maintained OR m.is_paused <> coalesce(s.paused_until = 'infinity', false)
     UNION ALL
    SELECT s.component_num, false, false
      FROM status.component_state AS s
     WHERE s.is_maintained AND s.component_num NOT IN (SELECT num FROM maintained)`)
  return new Map(rows.map(({ num, ...upkeep }) => [num, upkeep]))
}

function maintenanceOf(row: Row): Maintenance {
  return {
    num: row.num,
    id: row.id,
    version: row.version,
    title: row.title,
    body: row.body,
    status: row.status,
    visibility: row.visibility,
    components: row.components,
    scheduledForMs: row.scheduled_for.getTime(),
    scheduledUntilMs: row.scheduled_until.getTime(),
    pausesChecks: row.pauses_checks,
    isAutomatic: row.is_automatic,
    startedAtMs: row.started_at?.getTime() ?? null,
    completedAtMs: row.completed_at?.getTime() ?? null,
    createdAtMs: row.created_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
    updates: row.updates,
  }
}
