export const maintenanceStatusNames = ['scheduled', 'in_progress', 'verifying', 'completed', 'cancelled'] as const
export type MaintenanceStatusName = (typeof maintenanceStatusNames)[number]

export interface Maintenance {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly body: string
  readonly status: MaintenanceStatusName
  readonly visibility: string
  readonly components: readonly string[]
  readonly scheduledFor: string
  readonly scheduledUntil: string
  readonly pausesChecks: boolean
  readonly isAutomatic: boolean
  readonly startedAt: string | null
  readonly completedAt: string | null
  readonly updates: readonly { readonly body: string; readonly author: string; readonly createdAt: string }[]
}

/** The path of a maintenance in the API. */
export function maintenancePath(id: string): string {
  return `/api/v1/maintenances/${encodeURIComponent(id)}`
}
