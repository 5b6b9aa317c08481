import type { ListedAuditEntry } from '@akashic/shared/audit'
import {
  statusFromProto,
  statusToProto,
  visibilityToProto,
  type AuditEntry,
  type Component,
  type ComponentState,
  type ComponentUptime,
  type Correction,
  type DayBar,
  type MeasuredChecks,
  type ResponseTimePoint,
  type StateInterval,
  type Status,
  type UptimeWindow,
  type UptimeWindows,
  type WatchStatusResponse,
} from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import type { MeasuredChecks as Measured } from './measure/measure-checks.ts'
import type { StoredComponent } from './component/stored-component.ts'
import type { Verdict } from './status/check-verdict.ts'
import type { ComponentStatus } from './status/component-status.ts'
import type { ShownComponent } from './status/picture.ts'
import type { StatusMessage } from './status/watch.ts'
import type { Correction as MadeCorrection } from './uptime/correction.ts'
import type { HistoryInterval } from './uptime/list-history.ts'
import type { ComponentUptime as UptimeOfComponent } from './uptime/read-uptime.ts'
import type { DayBar as Day } from './uptime/record.ts'
import type { ResponseTimePoint as Point } from './uptime/response-times.ts'
import type { UptimeWindow as Window, UptimeWindows as Windows } from './uptime/windows.ts'

/** What was not given is absent on the wire. */
const orAbsent = <T>(value: T | null): T | undefined => value ?? undefined

/** The status that a caller states.
 *  @throws OpsError invalid_argument when it states none. */
export function statedStatus(status: Status): ComponentStatus {
  if (status !== 'STATUS_UNSPECIFIED') return statusFromProto(status)
  throw new OpsError('invalid_argument', 'A status must be given.', {
    fields: [{ pointer: '/status', detail: 'must be given' }],
  })
}

/** The status that a service reports of a component.
 *  @throws OpsError invalid_argument for one that is no measurement. */
export function reportedStatus(status: Status): Exclude<Verdict, 'unknown'> {
  const stated = statedStatus(status)
  if (stated !== 'maintenance' && stated !== 'unknown') return stated
  throw new OpsError('invalid_argument', `A service does not report ${stated}.`, {
    fields: [{ pointer: '/status', detail: 'must be operational, degraded, partial_outage or outage' }],
  })
}

export function encodeMessage(message: StatusMessage): WatchStatusResponse {
  return {
    isFull: message.isFull,
    components: message.components.map(encodeState),
    removedIds: [...message.removedIds],
    overall: statusToProto(message.overall),
    overallSinceMs: message.overallSinceMs,
    uptime: encodeWindows(message.uptime),
    generatedAtMs: message.generatedAtMs,
    asOfMs: message.asOfMs,
    asOfAgeMs: message.asOfAgeMs,
    isBlind: message.isBlind,
    overallInternal: statusToProto(message.overallInternal),
    toldVersion: message.toldVersion,
  }
}

function encodeState(component: ShownComponent): ComponentState {
  return {
    id: component.id,
    name: component.name,
    group: component.group,
    description: component.description,
    critical: component.critical,
    visibility: visibilityToProto(component.visibility),
    status: statusToProto(component.status),
    sinceMs: component.sinceMs,
    responseTimeMs: orAbsent(component.responseTimeMs),
    lastCheckedMs: orAbsent(component.lastCheckedMs),
    error: orAbsent(component.error),
    errorDetail: orAbsent(component.errorDetail),
    causedBy: orAbsent(component.causedBy),
    flappingSinceMs: orAbsent(component.flappingSinceMs),
    position: component.position,
    createdAtMs: component.createdAtMs,
  }
}

export function encodeComponent(component: StoredComponent, shown: ShownComponent | undefined): Component {
  return {
    id: component.id,
    version: component.version,
    definitionJson: JSON.stringify(component.definition),
    ownedByFile: component.ownedByFile,
    createdAtMs: component.createdAtMs,
    updatedAtMs: component.updatedAtMs,
    state: shown && encodeState(shown),
  }
}

export function encodeWindow(window: Window): UptimeWindow {
  return { ...window, ratio: orAbsent(window.ratio) }
}

function encodeWindows(windows: Windows): UptimeWindows {
  return {
    last24h: encodeWindow(windows.last24h),
    last7d: encodeWindow(windows.last7d),
    last30d: encodeWindow(windows.last30d),
    last90d: encodeWindow(windows.last90d),
  }
}

export function encodeUptime(uptime: UptimeOfComponent): ComponentUptime {
  return {
    componentId: uptime.componentId,
    windows: encodeWindows(uptime.windows),
    days: uptime.days.map(encodeDay),
    responseTimes: uptime.responseTimes.map(encodePoint),
  }
}

function encodeDay({ day, totals }: Day): DayBar {
  return {
    day,
    operationalMs: totals.operational,
    degradedMs: totals.degraded,
    partialOutageMs: totals.partial_outage,
    outageMs: totals.outage,
    maintenanceMs: totals.maintenance,
    unknownMs: totals.unknown,
  }
}

function encodePoint(point: Point): ResponseTimePoint {
  return { atMs: point.atMs, meanMs: orAbsent(point.meanMs), maxMs: orAbsent(point.maxMs) }
}

export const encodeMeasured = ({ p50Ms, p95Ms, p99Ms, meanMs, maxMs, ...counts }: Measured): MeasuredChecks => ({
  ...counts,
  ...{ p50Ms: orAbsent(p50Ms), p95Ms: orAbsent(p95Ms), p99Ms: orAbsent(p99Ms) },
  ...{ meanMs: orAbsent(meanMs), maxMs: orAbsent(maxMs) },
})

export function encodeInterval(interval: HistoryInterval, componentId: string): StateInterval {
  const { corrected } = interval
  return {
    status: statusToProto(interval.status),
    fromMs: interval.fromMs,
    toMs: interval.isOpen ? undefined : interval.toMs,
    error: orAbsent(interval.error),
    causedBy: orAbsent(interval.causedBy),
    isFlapping: interval.isFlapping,
    correction: corrected ? encodeCorrection(corrected.by, componentId) : undefined,
    originalStatus: corrected ? statusToProto(corrected.originalStatus) : undefined,
  }
}

export function encodeCorrection(correction: MadeCorrection, componentId: string): Correction {
  return {
    id: correction.id,
    componentId,
    fromMs: correction.fromMs,
    toMs: correction.toMs,
    status: statusToProto(correction.status),
    reason: correction.reason,
    author: correction.authorName,
    createdAtMs: correction.createdAtMs,
  }
}

export function encodeAudit(entry: ListedAuditEntry): AuditEntry {
  return {
    id: entry.id,
    atMs: Date.parse(entry.at),
    service: entry.service,
    actorId: entry.actorId,
    actorName: entry.actorName,
    actorKind: entry.actorKind,
    action: entry.action,
    subject: entry.subject,
    requestId: entry.requestId ?? '',
    detailJson: JSON.stringify(entry.detail),
    cursor: entry.cursor,
  }
}
