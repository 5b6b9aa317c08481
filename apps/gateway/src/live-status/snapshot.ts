import { statusFromProto, visibilityFromProto } from '@akashic/proto'
import type { ComponentState, StatusName, UptimeWindow, UptimeWindows, WatchStatusResponse } from '@akashic/proto'
import { z } from 'zod'

export const statusName = z.enum(['operational', 'degraded', 'partial_outage', 'outage', 'maintenance', 'unknown'])
export const overallName = z.enum(['operational', 'degraded', 'outage', 'unknown'])
export type OverallName = z.infer<typeof overallName>

const uptimeWindow = z.object({
  ratio: z.number().nullable(),
  knownMs: z.number(),
  unknownMs: z.number(),
  downMs: z.number(),
  maintenanceMs: z.number(),
})

const uptimeWindows = z.object({
  last24h: uptimeWindow,
  last7d: uptimeWindow,
  last30d: uptimeWindow,
  last90d: uptimeWindow,
})
export type Uptime = z.infer<typeof uptimeWindow>
export type Uptimes = z.infer<typeof uptimeWindows>

const snapshotComponent = z.object({
  id: z.string(),
  name: z.string(),
  group: z.string(),
  description: z.string(),
  critical: z.boolean(),
  visibility: z.enum(['public', 'internal']),
  status: statusName,
  sinceMs: z.number(),
  responseTimeMs: z.number().nullable(),
  lastCheckedMs: z.number().nullable(),
  error: z.string().nullable(),
  errorDetail: z.string().nullable(),
  causedBy: z.string().nullable(),
  flappingSinceMs: z.number().nullable(),
  position: z.number(),
  /** Null when the status service does not say. */
  createdAtMs: z.number().nullable().default(null),
})
export type SnapshotComponent = z.infer<typeof snapshotComponent>

export const snapshotSchema = z.object({
  /** In the order of the page. */
  components: z.array(snapshotComponent),
  overall: overallName,
  overallSinceMs: z.number(),
  overallInternal: overallName,
  uptime: uptimeWindows,
  isBlind: z.boolean(),
  generatedAtMs: z.number(),
  /** When the status service last made sure that this is the durable truth. */
  asOfMs: z.number(),
  /** The status service's version of what the public is told in words; 0 when it says none. */
  toldVersion: z.number().default(0),
})

/** The whole status as last told by the status service, internal components included. */
export type Snapshot = Readonly<z.infer<typeof snapshotSchema>>

/** The snapshot after `message`, received at `nowMs`. A message without news changes only `asOfMs`, and keeps the rest
 *  identical. `asOfMs` is by this process's clock, which need not agree with the sender's. */
export function applyMessage(previous: Snapshot | null, message: WatchStatusResponse, nowMs: number): Snapshot {
  if (!message.isFull && previous === null) throw new Error('the first message of a status stream must be full')
  if (previous && isHeartbeat(previous, message)) return { ...previous, asOfMs: nowMs - message.asOfAgeMs }
  return {
    components: componentsAfter(message.isFull ? [] : previous!.components, message),
    overall: overallFromProto(message.overall),
    overallSinceMs: message.overallSinceMs,
    overallInternal: overallFromProto(message.overallInternal),
    uptime: uptimesFromProto(message.uptime),
    isBlind: message.isBlind,
    generatedAtMs: message.generatedAtMs,
    asOfMs: nowMs - message.asOfAgeMs,
    toldVersion: message.toldVersion,
  }
}

function isHeartbeat(previous: Snapshot, message: WatchStatusResponse): boolean {
  return (
    !message.isFull &&
    message.generatedAtMs === previous.generatedAtMs &&
    message.components.length === 0 &&
    message.removedIds.length === 0 &&
    message.isBlind === previous.isBlind &&
    message.toldVersion === previous.toldVersion
  )
}

function componentsAfter(previous: readonly SnapshotComponent[], message: WatchStatusResponse): SnapshotComponent[] {
  const byId = new Map(previous.map((component) => [component.id, component]))
  for (const id of message.removedIds) byId.delete(id)
  for (const state of message.components) byId.set(state.id, componentFromProto(state))
  return [...byId.values()].sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))
}

/** A component's state as this service keeps it. */
export function componentFromProto(state: ComponentState): SnapshotComponent {
  return {
    id: state.id,
    name: state.name,
    group: state.group,
    description: state.description,
    critical: state.critical,
    visibility: visibilityFromProto(state.visibility),
    status: statusFromProto(state.status),
    sinceMs: state.sinceMs,
    responseTimeMs: state.responseTimeMs ?? null,
    lastCheckedMs: state.lastCheckedMs ?? null,
    error: state.error ?? null,
    errorDetail: state.errorDetail ?? null,
    causedBy: state.causedBy ?? null,
    flappingSinceMs: state.flappingSinceMs ?? null,
    position: state.position,
    createdAtMs: state.createdAtMs ?? null,
  }
}

function overallFromProto(status: WatchStatusResponse['overall']): OverallName {
  const name: StatusName = statusFromProto(status)
  return overallName.safeParse(name).data ?? 'unknown'
}

/** Windows that were not told are unknown for their whole length, never zero. */
export function uptimesFromProto(windows: UptimeWindows | null | undefined): Uptimes {
  return {
    last24h: uptimeFromProto(windows?.last24h, 86_400_000),
    last7d: uptimeFromProto(windows?.last7d, 7 * 86_400_000),
    last30d: uptimeFromProto(windows?.last30d, 30 * 86_400_000),
    last90d: uptimeFromProto(windows?.last90d, 90 * 86_400_000),
  }
}

export function uptimeFromProto(window: UptimeWindow | null | undefined, lengthMs: number): Uptime {
  if (!window) return { ratio: null, knownMs: 0, unknownMs: lengthMs, downMs: 0, maintenanceMs: 0 }
  const { ratio, knownMs, unknownMs, downMs, maintenanceMs } = window
  return { ratio: ratio ?? null, knownMs, unknownMs, downMs, maintenanceMs }
}
