import { isUnderWay, type MaintenanceStatus } from '../maintenance/maintenance.ts'
import type { Finding, MaintenanceSubject } from './finding.ts'

/** A maintenance that is neither over nor cancelled, though its window is. */
export interface PastMaintenance extends MaintenanceSubject {
  readonly title: string
  readonly status: MaintenanceStatus
  readonly scheduledUntilMs: number
  readonly isAutomatic: boolean
}

/** The clock ends what is automatic each second; one that is late by this much was forgotten all the same. */
export const clockWithinMs = 60_000

/** Maintenances that go on, or were never begun, after the end that the public was told. */
export function maintenancePastEnd(maintenances: readonly PastMaintenance[], nowMs: number): Finding[] {
  return maintenances
    .filter(({ scheduledUntilMs, isAutomatic }) => scheduledUntilMs + (isAutomatic ? clockWithinMs : 0) < nowMs)
    .map(({ num, id, visibility, title, status, scheduledUntilMs }) => ({
      kind: 'maintenance_past_end',
      subject: { kind: 'maintenance', num, id, visibility },
      sinceMs: scheduledUntilMs,
      summary: isUnderWay(status)
        ? `The maintenance "${title}" goes on after its end; its components are shown as maintained.`
        : `The maintenance "${title}" was neither begun nor cancelled, and its window is over.`,
    }))
}
