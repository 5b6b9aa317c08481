import type { Finding } from '../../finding/finding.ts'
import { databaseFinding } from '../database-finding.ts'
import { advise, alter, destroy, lookInto } from '../remedies.ts'
import type { Judged } from '../judged.ts'
import type { Around, ServerFacts, Topic } from '../topic.ts'
import { bytesText, counted } from '../words.ts'
import { suspectIndexes, unindexedForeignKeys, wholeReads } from './indexes.sql.ts'
import { mayStillMiss, missingIndexFinding, readMissingIndexes, type MissingIndexes } from './missing-indexes.ts'
import { quoteIdentifier, quoteLiteral } from '../quote-sql.ts'

export interface SuspectIndex {
  readonly schema: string
  readonly table: string
  readonly name: string
  readonly definition: string
  readonly isValid: boolean
  /** It is unique, or tells rows apart for replication. */
  readonly isNeeded: boolean
  readonly hasConstraint: boolean
  readonly isBeingBuilt: boolean
  readonly scans: number | null
  /** Those that are the same and as valid, itself among them. */
  readonly twins: string
  readonly alike: number
  /** 1 for the one to keep. */
  readonly place: number
  readonly bytes: number
}

export interface ForeignKey {
  readonly schema: string
  readonly table: string
  readonly name: string
  readonly parent: string
  readonly rows: number
  readonly columns: readonly string[]
  /** Rows of the parent that were deleted or updated: each reads the table whole. */
  readonly parentChanges: number
}

export interface WholeReadTable {
  readonly schema: string
  readonly table: string
  readonly scans: number
  readonly rowsRead: number
  readonly indexScans: number
  readonly rows: number
  readonly bytes: number
}

export interface Indexes {
  readonly suspects: readonly SuspectIndex[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly whole: readonly WholeReadTable[]
  readonly missing: MissingIndexes
}

/** Indexes that are missing, and those that are of no use. */
export const indexes: Topic<Indexes> = {
  name: 'indexes',
  rules: ['db-missing-index', 'db-invalid-index', 'db-duplicate-index', 'db-unused-index', 'db-unindexed-foreign-key'],
  isHeavy: true,
  read: async (source) => {
    const [suspects, foreignKeys, whole, missing] = await Promise.all([
      source.read<SuspectIndex>(suspectIndexes(source.thresholds.unusedIndexBytes)),
      source.read<ForeignKey>(unindexedForeignKeys),
      source.read<WholeReadTable>(wholeReads),
      readMissingIndexes(source),
    ])
    return { suspects, foreignKeys, whole, missing }
  },
  judge: ({ suspects, foreignKeys, whole, missing }, around, server): Judged => {
    const findings = [
      ...missing.suggestions.map((suggestion) => missingIndexFinding(suggestion, around)),
      ...suspects.flatMap((index) => suspectFinding(index, around, server)),
      ...foreignKeys.flatMap((key) => foreignKeyFinding(key, around)),
    ]
    return {
      says:
        findings.length === 0
          ? 'no index is missing or useless'
          : `${counted(findings.length, 'index', 'indexes')} missing or of no use`,
      tables: [wholeReadTable(whole)],
      findings,
      unknown: missing.unknown,
      mayHold: (before) => mayStillMiss(missing, before),
    }
  },
}

function suspectFinding(index: SuspectIndex, around: Around, server: ServerFacts): readonly Finding[] {
  if (!index.isValid) return index.isBeingBuilt ? [] : [invalid(index, around)]
  if (index.alike > 1) return index.place > 1 && !index.hasConstraint ? [duplicate(index, around)] : []
  const isUnused = index.scans === 0 && index.bytes >= around.thresholds.unusedIndexBytes
  return isUnused && !index.isNeeded && !index.hasConstraint ? [unused(index, around, server)] : []
}

const nameOf = ({ schema, name }: SuspectIndex): string => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`

function drop(index: SuspectIndex, around: Around) {
  return {
    ...destroy(
      around.place,
      'Drop it',
      `DROP INDEX CONCURRENTLY ${nameOf(index)}`,
      'the index; its disk space is free again',
    ),
    undo: index.definition.replace('INDEX', 'INDEX CONCURRENTLY'),
  }
}

function invalid(index: SuspectIndex, around: Around): Finding {
  return databaseFinding(around, {
    ...{ rule: 'db-invalid-index', severity: 'warning', kind: 'Index', object: nameOf(index), reason: 'InvalidIndex' },
    summary: `It is not valid: its building failed. No statement uses it, and every write of ${index.table} keeps it up.`,
    evidence: { 'pg_index.indisvalid': 'false', indexdef: index.definition, size: bytesText(index.bytes) },
    remedies: [
      lookInto(around.place, 'See whether it is being built now', 'SELECT * FROM pg_stat_progress_create_index'),
      alter(around.place, 'Build it again', `REINDEX INDEX CONCURRENTLY ${nameOf(index)}`, 'the index', null),
      drop(index, around),
    ],
    because: 'its building failed',
  })
}

function duplicate(index: SuspectIndex, around: Around): Finding {
  return databaseFinding(around, {
    ...{ rule: 'db-duplicate-index', severity: 'info', kind: 'Index', object: nameOf(index), reason: 'DuplicateIndex' },
    summary: `It is the same as another of ${index.table} and takes ${bytesText(index.bytes)}: ${index.twins}.`,
    evidence: { indexdef: index.definition, 'the same': index.twins, size: bytesText(index.bytes) },
    remedies: [
      lookInto(
        around.place,
        'Compare them',
        `SELECT indexdef FROM pg_indexes WHERE tablename = ${quoteLiteral(index.table)}`,
      ),
      drop(index, around),
    ],
  })
}

function unused(index: SuspectIndex, around: Around, { startedAt }: ServerFacts): Finding {
  return databaseFinding(around, {
    ...{ rule: 'db-unused-index', severity: 'info', kind: 'Index', object: nameOf(index), reason: 'UnusedIndex' },
    summary: `Nothing has read it since the counting began, and it takes ${bytesText(index.bytes)}.`,
    evidence: {
      'pg_stat_all_indexes.idx_scan': 0,
      indexdef: index.definition,
      size: bytesText(index.bytes),
      'server started': startedAt.toISOString(),
    },
    remedies: [
      lookInto(
        around.place,
        'See since when it is counted',
        'SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()',
      ),
      advise('Look at replicas too: each counts for itself', 'nothing'),
      drop(index, around),
    ],
  })
}

function foreignKeyFinding(key: ForeignKey, around: Around): readonly Finding[] {
  if (key.rows < around.thresholds.indexMinRows) return []
  const table = `${quoteIdentifier(key.schema)}.${quoteIdentifier(key.table)}`
  const list = key.columns.map(quoteIdentifier).join(', ')
  const changes = key.parentChanges > 0 ? `, which happened ${key.parentChanges} times` : ''
  return [
    databaseFinding(around, {
      ...{ rule: 'db-unindexed-foreign-key', severity: key.parentChanges > 0 ? 'warning' : 'info', kind: 'Table' },
      ...{ object: table, part: key.name, reason: 'UnindexedForeignKey' },
      summary: `No index begins with (${list}) of foreign key ${key.name}: each delete of a row of ${key.parent} reads all ${Math.round(key.rows)} rows${changes}.`,
      evidence: {
        'pg_constraint.conname': key.name,
        columns: list,
        rows: Math.round(key.rows),
        'changes of the parent': key.parentChanges,
      },
      remedies: [
        lookInto(
          around.place,
          'See the indexes that it has',
          `SELECT indexdef FROM pg_indexes WHERE tablename = ${quoteLiteral(key.table)}`,
        ),
        alter(
          around.place,
          'Create the index, which lets writers go on',
          `CREATE INDEX CONCURRENTLY ON ${table} (${list})`,
          'disk space, and each write of the table takes a little longer',
          'DROP INDEX CONCURRENTLY, by the name that it got',
        ),
      ],
    }),
  ]
}

const wholeReadTable = (tables: readonly WholeReadTable[]) => ({
  title: 'Tables that are read whole',
  columns: [
    { key: 'name', heading: 'TABLE', unit: 'text' as const },
    { key: 'rows', heading: 'ROWS', unit: 'count' as const },
    { key: 'bytes', heading: 'SIZE', unit: 'bytes' as const },
    { key: 'scans', heading: 'WHOLE READS', unit: 'count' as const },
    { key: 'indexScans', heading: 'BY INDEX', unit: 'count' as const },
    { key: 'rowsRead', heading: 'ROWS READ', unit: 'count' as const },
  ],
  rows: tables.map((each) => ({ ...each, name: `${each.schema}.${each.table}` })),
})
