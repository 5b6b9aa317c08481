import { alertNames, alertSeverityFromProto, alertStatusFromProto } from '@akashic/proto'
import type { Alert } from '@akashic/proto'
import { z } from 'zod'
import { iso, isoOrNull } from '../instant.ts'

export const alertStatusName = z.enum(alertNames.statuses)
export const alertSeverityName = z.enum(alertNames.severities)

export const alertSchema = z
  .object({
    id: z.string(),
    version: z.int(),
    source: z.string().describe('What raised it.'),
    fingerprint: z.string().describe('What makes it the same alert when it is raised again, within its source.'),
    component: z.string().nullable().describe('Id of the component that it is about.'),
    status: alertStatusName,
    severity: alertSeverityName,
    summary: z.string(),
    labels: z.record(z.string(), z.string()).describe('What it says of itself; silences match these.'),
    assignee: z
      .object({ role: z.string(), person: z.string().nullable() })
      .nullable()
      .describe('Who is to act: a role in the incident, and who has it.'),
    incident: z.string().nullable().describe('Id of the incident that it belongs to.'),
    firedAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime().describe('When it was last said to fire.'),
    resolvedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Alert' })

export function alertResource(alert: Alert): z.infer<typeof alertSchema> {
  const { id, version, source, fingerprint, summary, assigneeRole, assigneePerson } = alert
  return {
    ...{ id, version, source, fingerprint, summary, labels: alert.labels },
    component: alert.componentId || null,
    status: alertStatusFromProto(alert.status),
    severity: alertSeverityFromProto(alert.severity),
    assignee: assigneeRole === '' ? null : { role: assigneeRole, person: assigneePerson || null },
    incident: alert.incidentId || null,
    firedAt: iso(alert.firedAtMs),
    lastSeenAt: iso(alert.lastSeenAtMs),
    resolvedAt: isoOrNull(alert.resolvedAtMs),
  }
}
