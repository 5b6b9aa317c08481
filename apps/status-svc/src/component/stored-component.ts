import type { Definition } from './definition.ts'

/** A component as stored. */
export interface StoredComponent {
  readonly num: number
  readonly id: string
  readonly version: number
  readonly ownedByFile: boolean
  readonly position: number
  /** Secrets left out. */
  readonly definition: Definition
  readonly hasSecrets: boolean
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly isDeleted: boolean
}

/** What a change writes. */
export interface ComponentDraft {
  readonly id: string
  readonly ownedByFile: boolean
  readonly position: number | null
  readonly definition: Definition
  readonly hasSecrets: boolean
  /** With its secrets; null for components of the file. */
  readonly wholeDefinition: Definition | null
}
