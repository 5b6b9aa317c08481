import type { ComponentSpec } from '@akashic/config'

/** A component that can be checked here: its whole definition, secrets included. */
export interface ComponentRecord {
  readonly id: string
  /** Identifies it in every table; a rename changes the id and keeps this. */
  readonly num: number
  readonly version: number
  readonly spec: ComponentSpec
  /** Place on the page. */
  readonly position: number
  readonly createdAtMs: number
}

/** The components as they are now in this replica. */
export interface ComponentDirectory {
  current(): readonly ComponentRecord[]
  get(id: string): ComponentRecord | undefined
  /** Calls `listener` after each change of `current()`; returns how to stop. */
  onChange(listener: () => void): () => void
}
