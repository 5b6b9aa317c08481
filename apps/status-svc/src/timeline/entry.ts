/** One thing that happened, as its timeline keeps it. */
export interface TimelineEntry {
  /** From 1, without a hole. */
  readonly seq: number
  readonly atMs: number
  /** `person:<name>`, `service:<name>`, or `system` for what it saw itself. */
  readonly actor: string
  readonly kind: string
  readonly body: Readonly<Record<string, unknown>>
  readonly previousHash: string
  readonly hash: string
}
