export type MaintenanceStatus = 'scheduled' | 'in_progress' | 'verifying' | 'completed' | 'cancelled'

/** Planned work as it was published. */
export interface PageMaintenance {
  readonly id: string
  readonly title: string
  /** What is done and what it means, in Markdown. */
  readonly body: string
  readonly status: MaintenanceStatus
  readonly components: readonly { readonly id: string; readonly name: string }[]
  readonly scheduledForMs: number
  readonly scheduledUntilMs: number
  readonly startedAtMs?: number
  readonly completedAtMs?: number
  /** Newest first. */
  readonly updates: readonly MaintenanceUpdate[]
}

export interface MaintenanceUpdate {
  /** Absent when it was not told. */
  readonly status?: MaintenanceStatus
  /** Markdown. */
  readonly body: string
  readonly publishedAtMs: number
}

export function isUnderWay({ status }: Pick<PageMaintenance, 'status'>): boolean {
  return status === 'in_progress' || status === 'verifying'
}

/** True of what is coming or under way. */
export function isPlanned(maintenance: Pick<PageMaintenance, 'status'>): boolean {
  return maintenance.status === 'scheduled' || isUnderWay(maintenance)
}
