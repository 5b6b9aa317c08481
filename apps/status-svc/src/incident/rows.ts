import type { ComponentStatus } from '../status/component-status.ts'
import type {
  AffectedComponent,
  ChecklistTick,
  Impact,
  Incident,
  IncidentComponent,
  IncidentStatus,
  IncidentSummary,
  IncidentUpdate,
  IncidentVisibility,
  Reminded,
  RoleAssignment,
  Severity,
  UpdateState,
} from './incident.ts'

export interface IncidentRow {
  readonly num: number
  readonly id: string
  readonly version: number
  readonly title: string
  readonly severity: Severity
  readonly status: IncidentStatus
  readonly visibility: IncidentVisibility
  readonly impact: Impact
  readonly started_at: Date
  readonly opened_at: Date
  readonly identified_at: Date | null
  readonly monitoring_at: Date | null
  readonly resolved_at: Date | null
  readonly resolve_at: Date | null
  readonly updated_at: Date
  readonly next_update_at: Date | null
  readonly first_published_at: Date | null
  readonly ticket_url: string
  readonly opened_by: string
  readonly reopened_count: number
  readonly roles: readonly RoleAssignment[]
  readonly checklist: readonly ChecklistTick[]
  readonly reminded: Reminded
  readonly timeline_seq: number
  readonly timeline_hash: string
}

export interface ComponentRow {
  readonly incident_num: number
  readonly component_num: number
  readonly worst_status: ComponentStatus
  readonly joined_at: Date
  readonly recovered_at: Date | null
  readonly is_root: boolean
  readonly id: string
  readonly name: string
  readonly critical: boolean
  readonly visibility: 'public' | 'internal'
}

export interface UpdateRow {
  readonly incident_num: number
  readonly id: string
  readonly seq: number
  readonly status: IncidentStatus
  readonly body: string
  readonly state: UpdateState
  readonly author: string
  readonly created_at: Date
  readonly updated_at: Date
  readonly published_at: Date | null
  readonly next_update_at: Date | null
  readonly affected: readonly AffectedComponent[]
}

const ms = (at: Date | null): number | null => at?.getTime() ?? null

export function summaryOf(row: IncidentRow, components: readonly IncidentComponent[]): IncidentSummary {
  return {
    num: row.num,
    id: row.id,
    version: row.version,
    title: row.title,
    severity: row.severity,
    status: row.status,
    visibility: row.visibility,
    impact: row.impact,
    startedAtMs: row.started_at.getTime(),
    openedAtMs: row.opened_at.getTime(),
    identifiedAtMs: ms(row.identified_at),
    monitoringAtMs: ms(row.monitoring_at),
    resolvedAtMs: ms(row.resolved_at),
    resolveAtMs: ms(row.resolve_at),
    updatedAtMs: row.updated_at.getTime(),
    nextUpdateAtMs: ms(row.next_update_at),
    firstPublishedAtMs: ms(row.first_published_at),
    ticketUrl: row.ticket_url,
    openedBy: row.opened_by,
    reopenedCount: row.reopened_count,
    components,
  }
}

export function incidentOf(
  row: IncidentRow,
  components: readonly IncidentComponent[],
  updates: readonly IncidentUpdate[],
): Incident {
  return {
    ...summaryOf(row, components),
    updates,
    roles: row.roles,
    ticks: row.checklist,
    reminded: row.reminded,
    timeline: { seq: row.timeline_seq, hash: row.timeline_hash },
  }
}

export function componentOf(row: ComponentRow): IncidentComponent {
  return {
    num: row.component_num,
    id: row.id,
    name: row.name,
    critical: row.critical,
    visibility: row.visibility,
    worstStatus: row.worst_status,
    joinedAtMs: row.joined_at.getTime(),
    recoveredAtMs: ms(row.recovered_at),
    isRoot: row.is_root,
  }
}

export function updateOf(row: UpdateRow): IncidentUpdate {
  return {
    id: row.id,
    seq: row.seq,
    status: row.status,
    body: row.body,
    state: row.state,
    author: row.author,
    createdAtMs: row.created_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
    publishedAtMs: ms(row.published_at),
    nextUpdateAtMs: ms(row.next_update_at),
    affected: row.affected,
  }
}
