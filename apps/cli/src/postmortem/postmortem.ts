export interface Postmortem {
  readonly version: number
  /** Markdown. */
  readonly body: string
  readonly isDraft: boolean
  readonly isPublished: boolean
  readonly dueAt: string | null
}
