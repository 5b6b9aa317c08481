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
  /** Those that can be checked here. */
  current(): readonly ComponentRecord[]
  get(id: string): ComponentRecord | undefined
  /** All of them. A file component whose secrets this replica's configuration lacks (while a new configuration rolls
   *  out) is here with its secrets left out, and not in `current()`. */
  shown(): readonly ComponentRecord[]
  /** Calls `listener` after each change of `current()` or `shown()`; returns how to stop. */
  onChange(listener: () => void): () => void
}
