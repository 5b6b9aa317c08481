import {
  impactToProto,
  incidentStatusFromProto,
  incidentStatusToProto,
  incidentVisibilityFromProto,
  incidentVisibilityToProto,
  severityFromProto,
  severityToProto,
  statusToProto,
  updateStateToProto,
  type ActionItem,
  type ChecklistItem,
  type Incident,
  type IncidentComponent,
  type IncidentStatus,
  type IncidentUpdate,
  type IncidentVisibility,
  type GetPostmortemResponse,
  type PublicIncident,
  type Severity,
  type TimelineEntry,
  type VerifyTimelineResponse,
} from '@akashic/proto'
import type { ChainVerdict } from '@akashic/ledger'
import { shownChecklist, type ShownItem } from './incident/checklist.ts'
import type * as domain from './incident/incident.ts'
import type { ToldIncident } from './incident/list-public.ts'
import { refuse } from './incident/text.ts'
import { isUpdateOverdue } from './incident/wake.ts'
import { isOverdue, type ActionItem as StoredItem } from './postmortem/action-item.ts'
import type { Postmortem } from './postmortem/get-postmortem.ts'
import type { TimelineEntry as Entry } from './timeline/entry.ts'

const orAbsent = <T>(value: T | null): T | undefined => value ?? undefined

/** @throws OpsError invalid_argument when it was not given. */
export function statedSeverity(severity: Severity): domain.Severity {
  return severity === 'SEVERITY_UNSPECIFIED' ? refuse('severity', 'must be given') : severityOf(severity)
}

export function severityOf(severity: Severity): domain.Severity {
  return Number(severityFromProto(severity).slice('SEV-'.length)) as domain.Severity
}

/** @throws OpsError invalid_argument when it was not given. */
export function statedVisibility(visibility: IncidentVisibility): domain.IncidentVisibility {
  if (visibility === 'INCIDENT_VISIBILITY_UNSPECIFIED') refuse('visibility', 'must be given')
  return incidentVisibilityFromProto(visibility)
}

/** Null when it was not given. */
export function statedIncidentStatus(status: IncidentStatus): domain.IncidentStatus | null {
  return status === 'INCIDENT_STATUS_UNSPECIFIED' ? null : incidentStatusFromProto(status)
}

/** An incident as lists show it. */
export function encodeIncidentSummary(incident: domain.IncidentSummary, nowMs: number): Incident {
  return {
    id: incident.id,
    version: incident.version,
    title: incident.title,
    severity: severityToProto(`SEV-${incident.severity}`),
    status: incidentStatusToProto(incident.status),
    visibility: incidentVisibilityToProto(incident.visibility),
    impact: impactToProto(incident.impact),
    startedAtMs: incident.startedAtMs,
    openedAtMs: incident.openedAtMs,
    identifiedAtMs: orAbsent(incident.identifiedAtMs),
    monitoringAtMs: orAbsent(incident.monitoringAtMs),
    resolvedAtMs: orAbsent(incident.resolvedAtMs),
    updatedAtMs: incident.updatedAtMs,
    nextUpdateAtMs: orAbsent(incident.nextUpdateAtMs),
    isUpdateOverdue: isUpdateOverdue(incident, nowMs),
    components: incident.components.map(encodeIncidentComponent),
    updates: [],
    roles: [],
    checklist: [],
    ticketUrl: incident.ticketUrl,
    openedBy: incident.openedBy,
    reopenedCount: incident.reopenedCount,
    firstPublishedAtMs: orAbsent(incident.firstPublishedAtMs),
  }
}

/** The whole incident, its updates newest first. */
export function encodeIncident(incident: domain.Incident, nowMs: number): Incident {
  return {
    ...encodeIncidentSummary(incident, nowMs),
    updates: incident.updates.map(encodeIncidentUpdate).reverse(),
    roles: [...incident.roles],
    checklist: shownChecklist(incident, nowMs).map(encodeItem),
  }
}

export function encodeIncidentComponent(component: domain.IncidentComponent): IncidentComponent {
  return {
    id: component.id,
    name: component.name,
    worstStatus: statusToProto(component.worstStatus),
    joinedAtMs: component.joinedAtMs,
    recoveredAtMs: orAbsent(component.recoveredAtMs),
    isRoot: component.isRoot,
  }
}

export function encodeIncidentUpdate(update: domain.IncidentUpdate): IncidentUpdate {
  return {
    id: update.id,
    status: incidentStatusToProto(update.status),
    body: update.body,
    state: updateStateToProto(update.state),
    author: update.author,
    createdAtMs: update.createdAtMs,
    updatedAtMs: update.updatedAtMs,
    publishedAtMs: orAbsent(update.publishedAtMs),
    nextUpdateAtMs: orAbsent(update.nextUpdateAtMs),
    affectedComponents: update.affected.map(({ id, name, oldStatus, newStatus }) => ({
      id,
      name,
      oldStatus: statusToProto(oldStatus),
      newStatus: statusToProto(newStatus),
    })),
  }
}

function encodeItem({ key, step, text, dueAtMs, tick, isOverdue }: ShownItem): ChecklistItem {
  return {
    key,
    step,
    text,
    dueAtMs: orAbsent(dueAtMs),
    tickedAtMs: tick?.atMs,
    tickedBy: tick?.by,
    isTickedBySystem: tick?.isBySystem ?? false,
    evidence: tick?.evidence ?? '',
    isOverdue,
  }
}

export function encodePublicIncident(incident: ToldIncident): PublicIncident {
  return {
    id: incident.id,
    title: incident.title,
    status: incidentStatusToProto(incident.status),
    impact: impactToProto(incident.impact),
    startedAtMs: incident.startedAtMs,
    createdAtMs: incident.createdAtMs,
    updatedAtMs: incident.updatedAtMs,
    monitoringAtMs: orAbsent(incident.monitoringAtMs),
    resolvedAtMs: orAbsent(incident.resolvedAtMs),
    nextUpdateAtMs: orAbsent(incident.nextUpdateAtMs),
    components: incident.components.map(encodeIncidentComponent),
    updates: incident.updates.map(encodeIncidentUpdate),
    firstWordAfterMs: orAbsent(incident.firstWordAfterMs),
    postmortem: incident.postmortem,
  }
}

export function encodeEntry({ body, ...entry }: Entry): TimelineEntry {
  return { ...entry, bodyJson: JSON.stringify(body) }
}

export function encodeVerdict({ brokenAtSeq, ...verdict }: ChainVerdict): VerifyTimelineResponse {
  return { ...verdict, brokenAtSeq: orAbsent(brokenAtSeq) }
}

export function encodePostmortem(postmortem: Postmortem, nowMs: number): GetPostmortemResponse {
  return {
    body: postmortem.body,
    isDraft: postmortem.isDraft,
    isPublished: postmortem.isPublished,
    version: postmortem.version,
    durations: postmortem.durations.map(({ name, fromMs, toMs }) => ({ name, fromMs, toMs: orAbsent(toMs) })),
    actionItems: postmortem.items.map((item) => encodeActionItem(item, nowMs)),
    dueAtMs: orAbsent(postmortem.dueAtMs),
  }
}

export function encodeActionItem(item: StoredItem, nowMs: number): ActionItem {
  const { id, incidentId, text, owner, dueAtMs, doneAtMs } = item
  return { id, incidentId, text, owner, dueAtMs, doneAtMs: orAbsent(doneAtMs), isOverdue: isOverdue(item, nowMs) }
}
