import { sql, type Queryable } from '@akashic/shared/postgres'
import type { IncidentVisibility } from '../incident/incident.ts'
import type { MaintenanceStatus } from '../maintenance/maintenance.ts'
import type { UntoldEnd } from './incident-findings.ts'
import type { PastMaintenance } from './maintenance-past-end.ts'
import type { RedCheck } from './page-green-while-red.ts'
import type { ShownBoard } from './page-stale.ts'

/** Checks of these components whose newest results all say outage or partial outage, by the engine's own record of them:
 *  it does not pass through what the page is made of. */
export async function readRedChecks(db: Queryable, componentNums: readonly number[]): Promise<RedCheck[]> {
  const rows = await db.query<{ num: number; name: string; at: Date; since_ms: number }>(sql`
    SELECT k.component_num AS num, k.name, s.at, (s.state -> 'worse' -> 1 ->> 'sinceMs')::double precision AS since_ms
      FROM status.check_state AS s
      JOIN status.check_key AS k ON k.num = s.check_num
      LEFT JOIN status.component_state AS c ON c.component_num = k.component_num
     WHERE k.component_num = ANY(${componentNums}::int[])
       AND (s.state -> 'worse' -> 1 ->> 'count')::int > 0
       AND s.at >= coalesce(c.paused_until, '-infinity')`)
  return rows.map(({ num, name, at, since_ms }) => ({
    ...{ componentNum: num, name, atMs: at.getTime(), sinceMs: since_ms },
  }))
}

/** Numbers of the components of incidents that the public may read and was not told are over. */
export async function readSpokenOf(db: Queryable): Promise<ReadonlySet<number>> {
  const rows = await db.query<{ num: number }>(sql`
    SELECT DISTINCT ic.component_num AS num
      FROM status.incident AS i
      JOIN status.incident_component AS ic ON ic.incident_num = i.num
     WHERE i.told_status NOT IN ('resolved', 'postmortem')`)
  return new Set(rows.map(({ num }) => num))
}

/** Incidents that are over, while the public still reads that they are not. */
export async function readUntoldEnds(db: Queryable): Promise<UntoldEnd[]> {
  const rows = await db.query<{
    num: number
    id: string
    title: string
    visibility: IncidentVisibility
    told_status: string
    resolved_at: Date
  }>(sql`
    SELECT num, id, title, visibility, told_status, resolved_at
      FROM status.incident
     WHERE told_status NOT IN ('resolved', 'postmortem')
       AND status IN ('resolved', 'postmortem')
       AND resolved_at IS NOT NULL
     ORDER BY num`)
  return rows.map(({ told_status, resolved_at, ...incident }) => ({
    incident: { kind: 'incident', ...incident },
    toldStatus: told_status,
    resolvedAtMs: resolved_at.getTime(),
  }))
}

/** Maintenances whose window ended by `nowMs`, and which are neither completed nor cancelled. */
export async function readPastMaintenances(db: Queryable, nowMs: number): Promise<PastMaintenance[]> {
  const rows = await db.query<{
    num: number
    id: string
    title: string
    visibility: IncidentVisibility
    status: MaintenanceStatus
    scheduled_until: Date
    is_automatic: boolean
  }>(sql`
    SELECT num, id, title, visibility, status, scheduled_until, is_automatic
      FROM status.maintenance
     WHERE status NOT IN ('completed', 'cancelled')
       AND scheduled_until <= ${new Date(nowMs)}
     ORDER BY num`)
  return rows.map(({ scheduled_until, is_automatic, ...maintenance }) => ({
    ...{ kind: 'maintenance', ...maintenance },
    scheduledUntilMs: scheduled_until.getTime(),
    isAutomatic: is_automatic,
  }))
}

/** Keeps how old the picture is that this replica shows. */
export async function sayBoard(db: Queryable, { replicaId, asOfMs, saidAtMs }: ShownBoard): Promise<void> {
  await db.query(sql`
    INSERT INTO status.shown_board (replica_id, as_of, said_at)
    VALUES (${replicaId}, ${new Date(asOfMs)}, ${new Date(saidAtMs)})
        ON CONFLICT (replica_id) DO UPDATE
       SET as_of = excluded.as_of, said_at = excluded.said_at`)
}

export async function readBoards(db: Queryable): Promise<ShownBoard[]> {
  const rows = await db.query<{ replica_id: string; as_of: Date; said_at: Date }>(sql`
    SELECT replica_id, as_of, said_at
      FROM status.shown_board
     ORDER BY replica_id`)
  return rows.map((row) => ({
    replicaId: row.replica_id,
    asOfMs: row.as_of.getTime(),
    saidAtMs: row.said_at.getTime(),
  }))
}
