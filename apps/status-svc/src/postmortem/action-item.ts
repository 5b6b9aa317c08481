/** Something to be done so that it does not happen again. */
export interface ActionItem {
  readonly id: string
  readonly incidentId: string
  readonly seq: number
  readonly text: string
  readonly owner: string
  readonly dueAtMs: number
  readonly doneAtMs: number | null
}

export const isOverdue = ({ doneAtMs, dueAtMs }: ActionItem, nowMs: number): boolean =>
  doneAtMs === null && dueAtMs < nowMs
