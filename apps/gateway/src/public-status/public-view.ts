import { z } from 'zod'
import { overallName, statusName } from '../live-status/snapshot.ts'
import type { Snapshot, SnapshotComponent, Uptime, Uptimes } from '../live-status/snapshot.ts'
import { iso, isoOrNull } from '../instant.ts'
import { activeIncidentSchema, scheduledMaintenanceSchema } from './told-view.ts'
import type { ToldView } from './told-view.ts'

export const uptimeSchema = z
  .object({
    ratio: z
      .number()
      .nullable()
      .describe('Share of the known, unplanned time that it was up; null when nothing is known.'),
    knownMs: z.number(),
    unknownMs: z.number(),
    downMs: z.number(),
    maintenanceMs: z.number(),
  })
  .meta({ id: 'Uptime' })

export const uptimesSchema = z
  .object({ last24h: uptimeSchema, last7d: uptimeSchema, last30d: uptimeSchema, last90d: uptimeSchema })
  .meta({ id: 'UptimeWindows' })

const instant = z.iso.datetime({ precision: 3 })

export const publicComponentSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    group: z.string(),
    description: z.string(),
    status: statusName,
    since: instant.describe('Since when it has this status.'),
    responseTimeMs: z.number().nullable(),
    lastChecked: instant.nullable(),
    error: z.string().optional().describe('What is wrong, as a sentence that may be shown to anybody.'),
    causedBy: z.string().optional().describe('Id of the component whose failure explains this.'),
    flappingSince: instant.optional(),
  })
  .meta({ id: 'StatusComponent' })
export type PublicComponent = z.infer<typeof publicComponentSchema>

export const publicStatusSchema = z
  .object({
    overall: overallName,
    overallSince: instant,
    isBlind: z.boolean().describe('True while the checker itself cannot see.'),
    components: z.array(publicComponentSchema),
    activeIncidents: z.array(activeIncidentSchema).describe('Those not resolved, newest first.'),
    scheduledMaintenances: z.array(scheduledMaintenanceSchema).describe('Under way or coming, the soonest first.'),
    uptime: uptimesSchema,
    generatedAt: instant.describe('When the content last changed.'),
    stale: z.literal(true).optional().describe('Present while nobody can vouch for this picture.'),
    ageMs: z.number().optional().describe('With `stale`: how long ago somebody last could.'),
  })
  .meta({ id: 'SystemStatus' })
export type PublicStatus = z.infer<typeof publicStatusSchema>

/** What anybody may see: internal components, and causes that are internal, are left out. */
export function publicView(snapshot: Snapshot, { activeIncidents, scheduledMaintenances }: ToldView): PublicStatus {
  const shown = snapshot.components.filter((component) => component.visibility === 'public')
  const shownIds = new Set(shown.map((component) => component.id))
  return {
    overall: snapshot.overall,
    overallSince: iso(snapshot.overallSinceMs),
    isBlind: snapshot.isBlind,
    components: shown.map((component) => publicComponent(component, shownIds)),
    activeIncidents,
    scheduledMaintenances,
    uptime: roundedAll(snapshot.uptime),
    generatedAt: iso(snapshot.generatedAtMs),
  }
}

function publicComponent(component: SnapshotComponent, shownIds: ReadonlySet<string>): PublicComponent {
  const { id, name, group, description, status, error, causedBy, flappingSinceMs } = component
  return {
    id,
    name,
    group,
    description,
    status,
    since: iso(component.sinceMs),
    responseTimeMs: component.responseTimeMs === null ? null : Math.round(component.responseTimeMs * 10) / 10,
    lastChecked: isoOrNull(component.lastCheckedMs),
    ...(error === null ? {} : { error }),
    ...(causedBy !== null && shownIds.has(causedBy) ? { causedBy } : {}),
    ...(flappingSinceMs === null ? {} : { flappingSince: iso(flappingSinceMs) }),
  }
}

function roundedAll({ last24h, last7d, last30d, last90d }: Uptimes): Uptimes {
  return { last24h: rounded(last24h), last7d: rounded(last7d), last30d: rounded(last30d), last90d: rounded(last90d) }
}

/** Rounded down to six digits, so that anything short of 1 never reads as 1. */
export function rounded(uptime: Uptime): Uptime {
  return { ...uptime, ratio: uptime.ratio === null ? null : Math.floor(uptime.ratio * 1e6) / 1e6 }
}
