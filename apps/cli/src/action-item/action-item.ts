export interface ActionItem {
  readonly id: string
  readonly incidentId: string
  readonly text: string
  readonly owner: string
  readonly dueAt: string
  readonly doneAt: string | null
  readonly isOverdue: boolean
}
