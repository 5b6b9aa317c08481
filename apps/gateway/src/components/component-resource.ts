import { componentSchema } from '@akashic/config'
import { statusFromProto } from '@akashic/proto'
import type { Component, StateInterval } from '@akashic/proto'
import { z } from 'zod'
import { componentFromProto, statusName } from '../live-status/snapshot.ts'
import type { SnapshotComponent } from '../live-status/snapshot.ts'
import { iso, isoOrNull } from '../instant.ts'

export const stateSchema = z
  .object({
    status: statusName,
    since: z.iso.datetime(),
    responseTimeMs: z.number().nullable(),
    lastChecked: z.iso.datetime().nullable(),
    error: z.string().nullable().describe('What anybody may read.'),
    errorDetail: z.string().nullable().describe('The same with addresses.'),
    causedBy: z.string().nullable(),
    flappingSince: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ComponentState' })

/** A definition as akashic.yaml has it, with its version and its present state. */
export const componentResourceSchema = z
  .looseObject({
    id: z.string(),
    name: z.string(),
    version: z.int(),
    ownedBy: z.enum(['file', 'api']).describe('A component of akashic.yaml is changed there, and only there.'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    state: stateSchema.nullable(),
  })
  .meta({ id: 'Component', description: 'The definition, secrets left out, with what is known of its state.' })

export const definitionSchema = componentSchema

/** How operators see a state. */
export function stateResource(state: SnapshotComponent): z.infer<typeof stateSchema> {
  const { status, responseTimeMs, error, errorDetail, causedBy } = state
  return {
    status,
    since: iso(state.sinceMs),
    responseTimeMs,
    lastChecked: isoOrNull(state.lastCheckedMs),
    error,
    errorDetail,
    causedBy,
    flappingSince: isoOrNull(state.flappingSinceMs),
  }
}

export function componentResource(component: Component): z.infer<typeof componentResourceSchema> {
  const definition = JSON.parse(component.definitionJson) as { id: string; name: string }
  return {
    ...definition,
    version: component.version,
    ownedBy: component.ownedByFile ? 'file' : 'api',
    createdAt: iso(component.createdAtMs),
    updatedAt: iso(component.updatedAtMs),
    state: component.state ? stateResource(componentFromProto(component.state)) : null,
  }
}

export const intervalSchema = z
  .object({
    status: statusName,
    from: z.iso.datetime(),
    to: z.iso.datetime().nullable().describe('Null while it lasts.'),
    error: z.string().nullable(),
    causedBy: z.string().nullable(),
    isFlapping: z.boolean(),
    correction: z
      .object({ id: z.string(), reason: z.string(), author: z.string(), createdAt: z.iso.datetime() })
      .nullable()
      .describe('The correction that made this interval.'),
    originalStatus: statusName.nullable().describe('What was recorded before the correction.'),
  })
  .meta({ id: 'StateInterval' })

export function intervalResource(interval: StateInterval): z.infer<typeof intervalSchema> {
  const { correction, originalStatus } = interval
  return {
    status: statusFromProto(interval.status),
    from: iso(interval.fromMs),
    to: isoOrNull(interval.toMs),
    error: interval.error ?? null,
    causedBy: interval.causedBy ?? null,
    isFlapping: interval.isFlapping,
    correction: correction
      ? {
          id: correction.id,
          reason: correction.reason,
          author: correction.author,
          createdAt: iso(correction.createdAtMs),
        }
      : null,
    originalStatus: originalStatus ? statusFromProto(originalStatus) : null,
  }
}
