import type { Finding } from '../finding/finding.ts'

export type Unit = 'text' | 'count' | 'bytes' | 'ms' | 'seconds' | 'ratio' | 'instant'

/** Rows that tell what their columns are, so that whoever shows them needs to know no topic. */
export interface Table {
  readonly title: string
  readonly columns: readonly { readonly key: string; readonly heading: string; readonly unit: Unit }[]
  readonly rows: readonly Readonly<Record<string, string | number | null>>[]
}

/** What could not be read, and how it could be. */
export interface Unknown {
  readonly what: string
  readonly reason: string
  readonly howToGet: string | null
}

/** What a topic has to say. */
export interface Judged {
  /** A sentence for when nothing is wrong. */
  readonly says: string
  readonly tables: readonly Table[]
  readonly findings: readonly Finding[]
  readonly unknown: readonly Unknown[]
  /** Whether what was found before and is not among the findings may still hold: not all was seen that would tell. */
  readonly mayHold?: (before: Pick<Finding, 'rule' | 'evidence'>) => boolean
}
