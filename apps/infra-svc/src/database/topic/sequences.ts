import type { Finding } from '../../finding/finding.ts'
import { databaseFinding } from '../database-finding.ts'
import { advise, alter, lookInto } from '../remedies.ts'
import type { Judged } from '../judged.ts'
import type { Around, Topic } from '../topic.ts'
import { counted, percentText } from '../words.ts'
import { quoteIdentifier, quoteLiteral } from '../quote-sql.ts'
import { sequenceUse, shortKeys } from './sequences.sql.ts'

export interface SequenceUse {
  readonly schema: string
  readonly name: string
  readonly lastValue: number | null
  readonly isCyclic: boolean
  /** The column that it counts; null where none says so. */
  readonly table: string | null
  readonly column: string | null
  readonly type: string | null
  readonly isReadable: boolean
  readonly limit: number
  readonly isDescending: boolean
}

export interface ShortKey {
  readonly table: string
  readonly column: string
  readonly lastValue: number | null
  readonly limit: number
}

export interface Sequences {
  readonly sequences: readonly SequenceUse[]
  readonly keys: readonly ShortKey[]
}

/** Counters and keys that come to their end: then nothing can be inserted. */
export const sequences: Topic<Sequences> = {
  name: 'sequences',
  rules: ['db-sequence-end', 'db-key-end'],
  isHeavy: true,
  read: async ({ read }) => {
    const [used, keys] = await Promise.all([read<SequenceUse>(sequenceUse), read<ShortKey>(shortKeys)])
    return { sequences: used, keys }
  },
  judge: ({ sequences: all, keys }, around, server): Judged => {
    const hidden = all.filter(({ isReadable }) => !isReadable).length
    const findings = [
      ...all.flatMap((each) => sequenceFinding(each, around)),
      ...keys.flatMap((key) => keyFinding(key, around)),
    ]
    return {
      says:
        findings.length === 0
          ? 'no sequence or key is near its end'
          : counted(findings.length, 'sequence or key', 'sequences and keys'),
      tables: [table(all)],
      findings,
      unknown:
        hidden === 0
          ? []
          : [
              {
                what: `how far ${counted(hidden, 'sequence')} are`,
                reason: `user ${server.user} may not read them`,
                howToGet: `GRANT pg_read_all_data TO ${quoteIdentifier(server.user)}`,
              },
            ],
    }
  },
}

function sequenceFinding(sequence: SequenceUse, around: Around): readonly Finding[] {
  const { lastValue, limit, isCyclic, isDescending, schema, name, type, table: of, column } = sequence
  if (lastValue === null || isCyclic || isDescending || lastValue / limit < around.thresholds.sequenceRatio) return []
  const ofColumn = of !== null && column !== null ? { table: of, column } : null
  const isColumn = ofColumn !== null && (type === 'int4' || type === 'int2')
  const full = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
  return [
    databaseFinding(around, {
      ...{
        rule: 'db-sequence-end',
        severity: lastValue >= limit ? 'critical' : 'warning',
        kind: 'Sequence',
        object: full,
      },
      reason: 'SequenceNearEnd',
      summary: `It is at ${lastValue} of ${limit} (${percentText(lastValue / limit)})${isColumn ? `, the end of ${ofColumn.table}.${ofColumn.column} of type ${type}` : ''}; then nothing can be inserted.`,
      evidence: { 'pg_sequences.last_value': lastValue, 'greatest value': limit, 'type of the column': type },
      remedies: isColumn
        ? widen(around, ofColumn.table, ofColumn.column)
        : [
            lookInto(around.place, 'See it', `SELECT * FROM pg_sequences WHERE sequencename = ${quoteLiteral(name)}`),
            alter(
              around.place,
              'Let it count on',
              `ALTER SEQUENCE ${full} AS bigint NO MAXVALUE`,
              'how far it counts',
              null,
            ),
          ],
      because: `it is at ${percentText(lastValue / limit)} of what it can count to`,
    }),
  ]
}

function keyFinding({ table: of, column, lastValue, limit }: ShortKey, around: Around): readonly Finding[] {
  if (lastValue === null || lastValue / limit < around.thresholds.sequenceRatio) return []
  return [
    databaseFinding(around, {
      ...{ rule: 'db-key-end', severity: 'warning', kind: 'Table', object: of, part: column, reason: 'KeyNearEnd' },
      summary: `Its key ${column} of 4 bytes is at ${lastValue} of ${limit} (${percentText(lastValue / limit)}); then nothing can be inserted.`,
      evidence: { 'pg_stats.histogram_bounds': lastValue, 'greatest value of int4': limit },
      remedies: widen(around, of, column),
      because: `its key is at ${percentText(lastValue / limit)} of what 4 bytes hold`,
    }),
  ]
}

const widen = ({ place }: Around, of: string, column: string) => [
  lookInto(place, 'See how many values are left', `SELECT 2147483647 - max(${quoteIdentifier(column)}) FROM ${of}`),
  advise(
    'Plan the change to bigint: a new column that a trigger fills, filled in pieces, then swapped; foreign keys too',
    'the table, without locking it for long',
  ),
  alter(
    place,
    'Or change it at once, in a quiet hour: the table is written anew and locked for all meanwhile',
    `ALTER TABLE ${of} ALTER COLUMN ${quoteIdentifier(column)} TYPE bigint`,
    'the type of the column',
    null,
  ),
]

const table = (all: readonly SequenceUse[]) => ({
  title: 'Sequences',
  columns: [
    { key: 'sequence', heading: 'SEQUENCE', unit: 'text' as const },
    { key: 'of', heading: 'COUNTS', unit: 'text' as const },
    { key: 'lastValue', heading: 'AT', unit: 'count' as const },
    { key: 'limit', heading: 'END', unit: 'count' as const },
    { key: 'used', heading: 'USED', unit: 'ratio' as const },
  ],
  rows: all.slice(0, 50).map(({ schema, name, table: of, column, lastValue, limit }) => ({
    ...{ sequence: `${schema}.${name}`, of: of === null ? '' : `${of}.${column}`, lastValue, limit },
    used: lastValue === null ? null : lastValue / limit,
  })),
})
