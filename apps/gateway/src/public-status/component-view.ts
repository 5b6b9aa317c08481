import type { ComponentUptime } from '@akashic/proto'
import { z } from 'zod'
import { uptimesFromProto } from '../live-status/snapshot.ts'
import { iso } from '../instant.ts'
import { activeIncidentSchema } from './told-view.ts'
import { publicComponentSchema, rounded, uptimesSchema } from './public-view.ts'
import type { PublicComponent, PublicStatus } from './public-view.ts'

const dayBar = z
  .object({
    day: z.iso.date().describe('UTC day.'),
    operationalMs: z.number(),
    degradedMs: z.number(),
    partialOutageMs: z.number(),
    outageMs: z.number(),
    maintenanceMs: z.number(),
    unknownMs: z.number(),
  })
  .meta({ id: 'DayBar' })

const responseTime = z.object({
  at: z.iso.datetime().describe('Start of the five minutes.'),
  meanMs: z.number().nullable(),
  maxMs: z.number().nullable(),
})

export const componentViewSchema = publicComponentSchema
  .extend({
    uptime: uptimesSchema.nullable().describe('Null while it is not known.'),
    days: z.array(dayBar).describe('90 days, oldest first, today last and partial.'),
    responseTimes: z.array(responseTime).describe('The last 24 hours in steps of five minutes, oldest first.'),
    activeIncidents: z.array(activeIncidentSchema).describe('Those that name this component, newest first.'),
    generatedAt: z.iso.datetime(),
    stale: z.literal(true).optional(),
    ageMs: z.number().optional(),
  })
  .meta({ id: 'StatusComponentDetail' })
export type ComponentView = z.infer<typeof componentViewSchema>

/** One public component with its uptime, its daily bars, its response times and the incidents that name it. */
export function componentView(
  component: PublicComponent,
  uptime: ComponentUptime | undefined,
  status: Pick<PublicStatus, 'activeIncidents' | 'generatedAt' | 'stale' | 'ageMs'>,
): ComponentView {
  const { activeIncidents, generatedAt, stale, ageMs } = status
  return {
    ...component,
    uptime: uptime ? roundedWindows(uptime) : null,
    days: uptime?.days ?? [],
    responseTimes: (uptime?.responseTimes ?? []).map(({ atMs, meanMs, maxMs }) => ({
      at: iso(atMs),
      meanMs: meanMs ?? null,
      maxMs: maxMs ?? null,
    })),
    activeIncidents: activeIncidents.filter(({ components }) => components.includes(component.id)),
    generatedAt,
    ...(stale ? { stale, ageMs } : {}),
  }
}

function roundedWindows({ windows }: ComponentUptime): z.infer<typeof uptimesSchema> {
  const { last24h, last7d, last30d, last90d } = uptimesFromProto(windows)
  return { last24h: rounded(last24h), last7d: rounded(last7d), last30d: rounded(last30d), last90d: rounded(last90d) }
}
