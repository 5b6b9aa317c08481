import {
  impactFromProto,
  incidentNames,
  incidentStatusFromProto,
  incidentVisibilityFromProto,
  severityFromProto,
  statusFromProto,
  updateStateFromProto,
} from '@akashic/proto'
import type { ChecklistItem, Incident, IncidentComponent, IncidentUpdate, RoleAssignment } from '@akashic/proto'
import { z } from 'zod'
import { iso, isoOrNull } from '../instant.ts'
import { statusName } from '../live-status/snapshot.ts'

export const severityName = z.enum(incidentNames.severities)
export const incidentStatusName = z.enum(incidentNames.incidentStatuses)
export const incidentVisibilityName = z.enum(incidentNames.visibilities)

const componentSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    worstStatus: statusName.describe('The worst it was during the incident.'),
    joinedAt: z.iso.datetime(),
    recoveredAt: z.iso.datetime().nullable(),
    isRoot: z.boolean().describe('True of the component whose failure explains the others.'),
  })
  .meta({ id: 'IncidentComponent' })

const updateSchema = z
  .object({
    id: z.string(),
    status: incidentStatusName,
    body: z.string().describe('Markdown.'),
    state: z.enum(incidentNames.updateStates),
    author: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    publishedAt: z.iso.datetime().nullable(),
    nextUpdateAt: z.iso.datetime().nullable().describe('When it promises the next one.'),
    affectedComponents: z.array(
      z.object({ id: z.string(), name: z.string(), oldStatus: statusName, newStatus: statusName }),
    ),
  })
  .meta({ id: 'IncidentUpdate' })

const roleSchema = z
  .object({ role: z.string(), person: z.string(), since: z.iso.datetime() })
  .meta({ id: 'RoleAssignment' })

const checklistItemSchema = z
  .object({
    key: z.string(),
    step: z.int().describe('1 to 5, as in the response checklist.'),
    text: z.string(),
    dueAt: z.iso.datetime().nullable(),
    isOverdue: z.boolean(),
    tickedAt: z.iso.datetime().nullable(),
    tickedBy: z.string().nullable(),
    isTickedBySystem: z.boolean(),
    evidence: z.string().describe('A link or a sentence that shows it.'),
  })
  .meta({ id: 'ChecklistItem' })

const summary = {
  id: z.string(),
  version: z.int(),
  title: z.string(),
  severity: severityName,
  status: incidentStatusName,
  visibility: incidentVisibilityName,
  impact: z.enum(incidentNames.impacts).describe('Derived from the components.'),
  startedAt: z.iso.datetime().describe('When the trouble began.'),
  openedAt: z.iso.datetime(),
  identifiedAt: z.iso.datetime().nullable(),
  monitoringAt: z.iso.datetime().nullable(),
  resolvedAt: z.iso.datetime().nullable(),
  updatedAt: z.iso.datetime(),
  firstPublishedAt: z.iso.datetime().nullable().describe('When the public could first read of it.'),
  nextUpdateAt: z.iso.datetime().nullable(),
  isUpdateOverdue: z.boolean(),
  components: z.array(componentSchema),
  ticketUrl: z.string().nullable(),
  openedBy: z.string().describe('`person:...`, `service:...` or `policy:...`.'),
  reopenedCount: z.int(),
}

export const incidentSummarySchema = z.object(summary).meta({ id: 'IncidentSummary' })

export const incidentSchema = z
  .object({
    ...summary,
    updates: z.array(updateSchema),
    roles: z.array(roleSchema),
    checklist: z.array(checklistItemSchema),
  })
  .meta({ id: 'Incident' })

export function incidentSummary(incident: Incident): z.infer<typeof incidentSummarySchema> {
  const { id, version, title, isUpdateOverdue, openedBy, reopenedCount } = incident
  return {
    ...{ id, version, title },
    severity: severityFromProto(incident.severity),
    status: incidentStatusFromProto(incident.status),
    visibility: incidentVisibilityFromProto(incident.visibility),
    impact: impactFromProto(incident.impact),
    startedAt: iso(incident.startedAtMs),
    openedAt: iso(incident.openedAtMs),
    identifiedAt: isoOrNull(incident.identifiedAtMs),
    monitoringAt: isoOrNull(incident.monitoringAtMs),
    resolvedAt: isoOrNull(incident.resolvedAtMs),
    updatedAt: iso(incident.updatedAtMs),
    firstPublishedAt: isoOrNull(incident.firstPublishedAtMs),
    nextUpdateAt: isoOrNull(incident.nextUpdateAtMs),
    isUpdateOverdue,
    components: incident.components.map(componentResource),
    ticketUrl: incident.ticketUrl || null,
    openedBy,
    reopenedCount,
  }
}

export function incidentResource(incident: Incident): z.infer<typeof incidentSchema> {
  return {
    ...incidentSummary(incident),
    updates: incident.updates.map(updateResource),
    roles: incident.roles.map(roleResource),
    checklist: incident.checklist.map(checklistItemResource),
  }
}

function componentResource(component: IncidentComponent): z.infer<typeof componentSchema> {
  const { id, name, worstStatus, joinedAtMs, recoveredAtMs, isRoot } = component
  return {
    ...{ id, name, worstStatus: statusFromProto(worstStatus) },
    joinedAt: iso(joinedAtMs),
    recoveredAt: isoOrNull(recoveredAtMs),
    isRoot,
  }
}

function updateResource(update: IncidentUpdate): z.infer<typeof updateSchema> {
  const { id, status, body, state, author } = update
  return {
    ...{ id, status: incidentStatusFromProto(status), body, state: updateStateFromProto(state), author },
    createdAt: iso(update.createdAtMs),
    updatedAt: iso(update.updatedAtMs),
    publishedAt: isoOrNull(update.publishedAtMs),
    nextUpdateAt: isoOrNull(update.nextUpdateAtMs),
    affectedComponents: update.affectedComponents.map(({ id, name, oldStatus, newStatus }) => ({
      ...{ id, name },
      oldStatus: statusFromProto(oldStatus),
      newStatus: statusFromProto(newStatus),
    })),
  }
}

function roleResource({ role, person, sinceMs }: RoleAssignment): z.infer<typeof roleSchema> {
  return { role, person, since: iso(sinceMs) }
}

function checklistItemResource(item: ChecklistItem): z.infer<typeof checklistItemSchema> {
  const { key, step, text, dueAtMs, isOverdue, tickedAtMs, tickedBy, isTickedBySystem, evidence } = item
  return {
    ...{ key, step, text, dueAt: isoOrNull(dueAtMs), isOverdue },
    ...{ tickedAt: isoOrNull(tickedAtMs), tickedBy: tickedBy || null, isTickedBySystem, evidence },
  }
}
