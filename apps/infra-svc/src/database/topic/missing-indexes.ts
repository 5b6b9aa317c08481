import { isNativeError } from 'node:util/types'
import { sqlStateOf } from '@akashic/shared/postgres'
import type { Finding } from '../../finding/finding.ts'
import { databaseFinding } from '../database-finding.ts'
import { alter, lookInto } from '../remedies.ts'
import { decoded } from '../statement-text.ts'
import type { Unknown } from '../judged.ts'
import type { Around, Source } from '../topic.ts'
import type { Thresholds } from '../thresholds.ts'
import { tableColumns } from './indexes.sql.ts'
import { quoteIdentifier, quoteLiteral } from '../quote-sql.ts'
import { planOf, planWith, usesImagined, wholeReadsIn, type WholeRead } from './plans.ts'
import { wholeReadsSeen } from './quals.ts'
import { notInstalled, readStatements, textOf, textsUnread, type CostlyStatement } from './slow.ts'

interface TableColumn {
  readonly table: string
  /** The same as it stands in a statement. */
  readonly quoted: string
  readonly column: string
  readonly rows: number
  readonly distinctValues: number | null
  readonly isIndexed: boolean
}

export interface Suggestion {
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: number
  readonly filter: string
  readonly from: WholeRead['from']
  readonly statement: CostlyStatement
}

/** Costs by the planner's own measure; null where hypopg is not there to ask. */
export interface Confirmed extends Suggestion {
  readonly costs: { readonly now: number; readonly then: number } | null
}

export interface MissingIndexes {
  readonly suggestions: readonly Confirmed[]
  readonly unknown: readonly Unknown[]
}

const mostPlans = 15
const mostColumns = 2
const mostConfirmed = 5

/** Indexes that would spare slow statements from reading whole tables: by how pg_qualstats saw them run where it is installed, else
 *  by the plans that the server itself makes. With hypopg the server is asked whether it would use them. */
export async function readMissingIndexes(source: Source): Promise<MissingIndexes> {
  const { thresholds } = source
  const statements = await readStatements(source)
  if (statements === null) return { suggestions: [], unknown: [{ ...notInstalled, what: 'which indexes are missing' }] }
  const slow = statements.all.filter(
    ({ isHidden, calls, meanMs }) =>
      !isHidden && calls >= thresholds.indexMinCalls && meanMs >= thresholds.indexMinMeanMs,
  )
  const failures: unknown[] = []
  const seen = await wholeReadsSeen(
    source,
    slow.flatMap(({ queryId }) => queryId ?? []),
  )
  const reads = await Promise.all(
    slow.slice(0, mostPlans).map(async (statement) => {
      const known = seen.get(statement.queryId ?? '')
      if (known) return known.map((read) => ({ ...read, statement }))
      if (statement.statement === null) return []
      const plan = await planOf(source, decoded(statement.statement)).catch((error: unknown) => {
        failures.push(error)
        return null
      })
      return plan === null ? [] : wholeReadsIn(plan).map((read) => ({ ...read, statement }))
    }),
  )
  const found = reads.flat()
  const tables = [...new Set(found.map(({ table }) => table))]
  const columns = tables.length === 0 ? [] : await source.read<TableColumn>(tableColumns(tables))
  const all = suggestions(found, columns, thresholds)
  const confirmed = await Promise.all(all.slice(0, mostConfirmed).map((each) => confirm(source, each)))
  return {
    suggestions: [...confirmed.flat(), ...all.slice(mostConfirmed).map(unconfirmed)],
    unknown: [...unplanned(failures, source), ...(statements.areTextsRead ? [] : [plansUnmade])],
  }
}

const plansUnmade: Unknown = { ...textsUnread, what: 'the plans of slow statements' }

const unconfirmed = (suggestion: Suggestion): Confirmed => ({ ...suggestion, costs: null })

/** The suggestion with what it would spare; none where the server would not use the index. */
async function confirm(source: Source, suggestion: Suggestion): Promise<readonly Confirmed[]> {
  const hypopg = source.server.extensions['hypopg']
  if (!hypopg) return [unconfirmed(suggestion)]
  const statement = decoded(suggestion.statement.statement)
  try {
    const now = await planOf(source, statement)
    const then = await planWith(source, statement, `CREATE INDEX ON ${onColumns(suggestion)}`, hypopg.schema)
    if (now === null || then === null) return [unconfirmed(suggestion)]
    if (!usesImagined(then)) return []
    return [{ ...suggestion, costs: { now: now['Total Cost'] ?? 0, then: then['Total Cost'] ?? 0 } }]
  } catch {
    return [unconfirmed(suggestion)]
  }
}

const onColumns = ({ table, columns }: Pick<Suggestion, 'table' | 'columns'>): string =>
  `${table} (${columns.map(quoteIdentifier).join(', ')})`

/** The columns that tell most rows apart first; those that are compared for equality before a range. */
export function suggestions(
  reads: readonly (WholeRead & { readonly statement: CostlyStatement })[],
  columns: readonly TableColumn[],
  { indexMinRows }: Pick<Thresholds, 'indexMinRows'>,
): readonly Suggestion[] {
  const found = new Map<string, Suggestion>()
  for (const { table, filter, from, equal, ranged, statement } of reads) {
    const known = new Map(columns.filter((each) => each.table === table).map((each) => [each.column, each]))
    const distinct = (name: string): number => known.get(name)?.distinctValues ?? 0
    const inOrder = equal.filter((name) => known.has(name)).toSorted((a, b) => distinct(b) - distinct(a))
    const chosen = [...inOrder, ...ranged.filter((name) => known.has(name))].slice(0, mostColumns)
    const [first] = chosen
    const rows = first === undefined ? 0 : known.get(first)!.rows
    if (first === undefined || rows < indexMinRows || known.get(first)!.isIndexed) continue
    // A second column is worth its place only where the first leaves much.
    const isEnough = distinct(first) > 0 && rows / distinct(first) <= 10
    const used = isEnough ? [first] : chosen
    const key = `${table} ${used.join(' ')}`
    const suggestion = { table: known.get(first)!.quoted, columns: used, rows, filter, from, statement }
    if (!found.has(key)) found.set(key, suggestion)
  }
  return [...found.values()]
}

function unplanned(failures: readonly unknown[], { server }: Source): readonly Unknown[] {
  const refused = failures.filter((error) => sqlStateOf(error) === '42501')
  if (refused.length === 0) return []
  const [first] = refused
  return [
    {
      what: `the plans of ${refused.length} slow statements`,
      reason: isNativeError(first) ? first.message : String(first),
      howToGet: `GRANT pg_read_all_data TO ${quoteIdentifier(server.user)}, or SELECT on these tables`,
    },
  ]
}

export function missingIndexFinding(suggestion: Confirmed, around: Around): Finding {
  const { table, columns, rows, filter, from, statement, costs } = suggestion
  const text = textOf(statement)
  const list = columns.map(quoteIdentifier).join(', ')
  const index = `CREATE INDEX CONCURRENTLY ON ${onColumns(suggestion)}`
  return databaseFinding(around, {
    ...{ rule: 'db-missing-index', severity: 'warning', kind: 'Table', object: table, part: columns.join(',') },
    reason: 'MissingIndex',
    summary: `A statement reads all ${Math.round(rows)} rows for want of an index on (${list}), ${statement.calls} times at ${Math.round(statement.meanMs)} ms: ${text}`,
    evidence: {
      [from]: filter,
      'EXPLAIN cost now': costs && Math.round(costs.now),
      'EXPLAIN cost with the index (hypopg)': costs && Math.round(costs.then),
      'pg_class.reltuples': Math.round(rows),
      'pg_stat_statements.query': text,
      'pg_stat_statements.calls': statement.calls,
      'mean time ms': Number(statement.meanMs.toPrecision(3)),
    },
    remedies: [
      lookInto(
        around.place,
        'See the indexes that it has',
        `SELECT indexdef FROM pg_indexes WHERE format('%I.%I', schemaname, tablename) = ${quoteLiteral(table)}`,
      ),
      alter(
        around.place,
        'Create the index, which lets writers go on',
        index,
        'disk space, and each write of the table takes a little longer',
        'DROP INDEX CONCURRENTLY, by the name that it got',
      ),
    ],
    because: `it has no index on (${list})`,
  })
}
