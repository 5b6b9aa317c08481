import type { Finding } from '../../finding/finding.ts'
import { databaseFinding } from '../database-finding.ts'
import { alter, letAutovacuum, lookInto } from '../remedies.ts'
import type { Judged, Unknown } from '../judged.ts'
import type { Around, Source, Topic } from '../topic.ts'
import { whyUnread } from '../unknown.ts'
import { bytesText, counted, percentText } from '../words.ts'
import { measuredBloat, tableBloat } from './bloat.sql.ts'
import { quoteIdentifier } from '../quote-sql.ts'

export interface SizedTable {
  readonly oid: number
  readonly schema: string
  readonly table: string
  readonly bytes: number
  /** Null where it was never analysed. */
  readonly rows: number | null
  readonly deadRows: number | null
  readonly lastAutovacuum: Date | null
  readonly lastVacuum: Date | null
  readonly isAutovacuumed: boolean
  /** Null where the statistics of a column may not be read, or there are none. */
  readonly neededBytes: number | null
  /** What pgstattuple found, where it was asked. */
  readonly measuredBytes: number | null
}

export interface Bloat {
  readonly tables: readonly SizedTable[]
  readonly unknown: readonly Unknown[]
}

const mostMeasured = 3

/** Space that tables take and rows do not. */
export const bloat: Topic<Bloat> = {
  name: 'bloat',
  rules: ['db-bloat'],
  isHeavy: true,
  read: async (source) => {
    const tables = await source.read<Omit<SizedTable, 'measuredBytes'>>(tableBloat)
    const { bloatBytes } = source.thresholds
    const suspects = tables.filter((table) => mostWasteOf(table) >= bloatBytes).slice(0, mostMeasured)
    const measured = await Promise.all(suspects.map((table) => measure(source, table)))
    const known = new Map(measured.map(({ oid, bytes }) => [oid, bytes]))
    const failed = measured.flatMap(({ unknown }) => unknown)
    const all = tables.map((table) => ({ ...table, measuredBytes: known.get(table.oid) ?? null }))
    const unread = all.filter((table) => !isKnown(table) && table.bytes >= bloatBytes).length
    return {
      tables: all,
      unknown: [...failed.slice(0, 1), ...(unread > 0 ? [withoutStatistics(unread, source)] : [])],
    }
  },
  judge: ({ tables, unknown }, around): Judged => {
    const findings = tables.flatMap((table) => finding(table, around))
    return {
      says: findings.length === 0 ? 'no table is bloated' : `${counted(findings.length, 'table')} bloated`,
      tables: [tableOf(tables)],
      ...{ findings, unknown },
    }
  },
}

const withoutStatistics = (unread: number, { server }: Source): Unknown => ({
  what: `the bloat of ${counted(unread, 'table')}`,
  reason: 'the statistics of their columns are not there or may not be read',
  howToGet: `run ANALYZE, or GRANT pg_read_all_data TO ${quoteIdentifier(server.user)}`,
})

const estimateOf = ({ bytes, neededBytes }: Pick<SizedTable, 'bytes' | 'neededBytes'>): number =>
  neededBytes === null ? 0 : Math.max(0, bytes - neededBytes)
/** Of one that nothing is known of all of it may be waste. */
const mostWasteOf = (table: Pick<SizedTable, 'bytes' | 'neededBytes'>): number =>
  table.neededBytes === null ? table.bytes : estimateOf(table)
const isKnown = ({ neededBytes, measuredBytes }: SizedTable): boolean => neededBytes !== null || measuredBytes !== null
const wasteOf = (table: SizedTable): number => table.measuredBytes ?? estimateOf(table)

async function measure({ server, read }: Source, { oid, table }: Pick<SizedTable, 'oid' | 'table'>) {
  const extension = server.extensions['pgstattuple']
  if (!extension) return { oid, bytes: null, unknown: [] }
  try {
    const [row] = await read<{ readonly bytes: number }>(measuredBloat(extension.schema, oid))
    return { oid, bytes: row?.bytes ?? null, unknown: [] }
  } catch (error) {
    return { oid, bytes: null, unknown: [whyUnread(`the measured bloat of ${table}`, error, server)] }
  }
}

const nameOf = ({ schema, table }: SizedTable): string => `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`

function finding(table: SizedTable, around: Around): readonly Finding[] {
  const { thresholds, place } = around
  const waste = wasteOf(table)
  if (waste < thresholds.bloatBytes || waste / table.bytes < thresholds.bloatRatio) return []
  const name = nameOf(table)
  const isMeasured = table.measuredBytes !== null
  const off = table.isAutovacuumed ? '' : '; autovacuum is off for it'
  return [
    databaseFinding(around, {
      ...{ rule: 'db-bloat', severity: 'warning', kind: 'Table', object: name, reason: 'TableBloat' },
      summary: `${bytesText(waste)} of its ${bytesText(table.bytes)} (${percentText(waste / table.bytes)}) hold no row, ${isMeasured ? 'as pgstattuple measured' : 'by an estimate'}${off}.`,
      evidence: {
        pg_relation_size: table.bytes,
        'bytes that its rows need (estimated)': table.neededBytes === null ? null : Math.round(table.neededBytes),
        'pgstattuple_approx dead and free bytes': table.measuredBytes === null ? null : Math.round(table.measuredBytes),
        'pg_stat_all_tables.n_dead_tup': table.deadRows,
        'pg_stat_all_tables.last_autovacuum': table.lastAutovacuum?.toISOString() ?? 'never',
        'pg_class.reloptions autovacuum_enabled': table.isAutovacuumed ? null : 'false',
      },
      remedies: [
        lookInto(
          place,
          'See what keeps dead rows',
          'SELECT pid, backend_xmin, xact_start FROM pg_stat_activity WHERE backend_xmin IS NOT NULL ORDER BY age(backend_xmin) DESC',
        ),
        ...(table.isAutovacuumed ? [] : [letAutovacuum(place, name)]),
        alter(
          place,
          'Make the space of dead rows free for new ones',
          `VACUUM (ANALYZE) ${name}`,
          'dead rows; the file keeps its size',
          null,
        ),
        alter(
          place,
          'Give the space back with pg_repack, or in a quiet hour, as it locks the table for all',
          `VACUUM FULL ${name}`,
          'the whole table is written anew and locked meanwhile',
          null,
        ),
      ],
      because: `${bytesText(waste)} of it hold no row${off}`,
    }),
  ]
}

const tableOf = (tables: readonly SizedTable[]) => ({
  title: 'Tables by size',
  columns: [
    { key: 'name', heading: 'TABLE', unit: 'text' as const },
    { key: 'bytes', heading: 'SIZE', unit: 'bytes' as const },
    { key: 'wasteBytes', heading: 'WITHOUT ROWS', unit: 'bytes' as const },
    { key: 'how', heading: 'BY', unit: 'text' as const },
    { key: 'rows', heading: 'ROWS', unit: 'count' as const },
    { key: 'deadRows', heading: 'DEAD', unit: 'count' as const },
  ],
  rows: tables.slice(0, 50).map((table) => ({
    name: `${table.schema}.${table.table}`,
    bytes: table.bytes,
    wasteBytes: isKnown(table) ? Math.round(wasteOf(table)) : null,
    how: table.measuredBytes === null ? 'estimate' : 'measured',
    ...{ rows: table.rows === null ? null : Math.round(table.rows), deadRows: table.deadRows },
  })),
})
