import type { MaintenanceStatus, PageMaintenance } from '../maintenance/maintenance.ts'
import type { Status } from '../model.ts'

export function maintenanceStatusWord(status: MaintenanceStatus): string {
  const words: Readonly<Record<MaintenanceStatus, string>> = {
    scheduled: 'Scheduled',
    in_progress: 'Under way',
    verifying: 'Being verified',
    completed: 'Completed',
    cancelled: 'Cancelled',
  }
  return words[status]
}

export function maintenanceTone(status: MaintenanceStatus): Status {
  if (status === 'completed') return 'operational'
  return status === 'cancelled' ? 'unknown' : 'maintenance'
}

/** Where the work is beside its plan; empty where it is as planned. */
export function latenessWords(
  { status, scheduledForMs, scheduledUntilMs }: Pick<PageMaintenance, 'status' | 'scheduledForMs' | 'scheduledUntilMs'>,
  nowMs: number,
): string {
  if (status === 'scheduled' && scheduledForMs < nowMs) return 'It has not begun yet.'
  const isUnderWay = status === 'in_progress' || status === 'verifying'
  return isUnderWay && scheduledUntilMs < nowMs ? 'It takes longer than planned.' : ''
}
