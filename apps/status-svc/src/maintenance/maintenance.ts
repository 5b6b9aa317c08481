import type { IncidentVisibility } from '../incident/incident.ts'

export type MaintenanceStatus = 'scheduled' | 'in_progress' | 'verifying' | 'completed' | 'cancelled'

/** What was said when a maintenance moved on. */
export interface MaintenanceUpdate {
  readonly id: string
  readonly status: MaintenanceStatus
  readonly body: string
  readonly author: string
  readonly atMs: number
}

export interface Maintenance {
  readonly num: number
  readonly id: string
  readonly version: number
  readonly title: string
  readonly body: string
  readonly status: MaintenanceStatus
  readonly visibility: IncidentVisibility
  readonly components: readonly { readonly num: number; readonly id: string; readonly isPublic: boolean }[]
  readonly scheduledForMs: number
  readonly scheduledUntilMs: number
  /** The checks of its components do not run while it is under way; otherwise only operators see what they find. */
  readonly pausesChecks: boolean
  /** Begins and ends by the clock; otherwise a person does. */
  readonly isAutomatic: boolean
  readonly startedAtMs: number | null
  readonly completedAtMs: number | null
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** Oldest first. */
  readonly updates: readonly MaintenanceUpdate[]
}

const allowed: Readonly<Record<MaintenanceStatus, readonly MaintenanceStatus[]>> = {
  scheduled: ['in_progress', 'cancelled'],
  in_progress: ['verifying', 'completed'],
  verifying: ['in_progress', 'completed'],
  completed: [],
  cancelled: [],
}

/** Where a maintenance may go from `status`. */
export const nextStatuses = (status: MaintenanceStatus): readonly MaintenanceStatus[] => allowed[status]

/** True while it overlays what the checks of its components say. */
export const isUnderWay = (status: MaintenanceStatus): boolean => status === 'in_progress' || status === 'verifying'

/** Where the clock takes a maintenance at `nowMs`; null when it stays. One whose whole window has passed still begins
 *  first. */
export function dueStatus(
  { status, isAutomatic, scheduledForMs, scheduledUntilMs }: Maintenance,
  nowMs: number,
): MaintenanceStatus | null {
  if (!isAutomatic) return null
  if (status === 'scheduled' && scheduledForMs <= nowMs) return 'in_progress'
  return isUnderWay(status) && scheduledUntilMs <= nowMs ? 'completed' : null
}

/** The maintenance after it moved to `status`, with `words` said if there are any. */
export function movedTo(
  before: Maintenance,
  status: MaintenanceStatus,
  words: Omit<MaintenanceUpdate, 'status' | 'atMs'>,
  nowMs: number,
): Maintenance {
  return {
    ...before,
    status,
    startedAtMs: before.startedAtMs ?? (isUnderWay(status) ? nowMs : null),
    completedAtMs: status === 'completed' ? nowMs : null,
    updates: words.body === '' ? before.updates : [...before.updates, { ...words, status, atMs: nowMs }],
  }
}
