import { sqlStateOf } from '@akashic/shared/postgres'
import type { Finding } from '../../finding/finding.ts'
import { databaseFinding } from '../database-finding.ts'
import { alter, lookInto } from '../remedies.ts'
import { decoded } from '../statement-text.ts'
import type { Unknown } from '../judged.ts'
import type { Around, Source } from '../topic.ts'
import type { Thresholds } from '../thresholds.ts'
import { whyUnread } from '../unknown.ts'
import { counted, msText } from '../words.ts'
import { tableColumns } from './indexes.sql.ts'
import { mostTextBytes } from './slow.sql.ts'
import { quoteIdentifier, quoteLiteral } from '../quote-sql.ts'
import { isSlower, paceOf, paceText } from './pace.ts'
import { planOf, planWith, usesImagined, wholeReadsIn, type WholeRead } from './plans.ts'
import { wholeReadsSeen } from './quals.ts'
import { notInstalled, readStatements, textOf, textsUnread, type CostlyStatement } from './slow.ts'

interface TableColumn {
  readonly table: string
  /** The same as it stands in a statement. */
  readonly quoted: string
  readonly column: string
  readonly isCharacter: boolean
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
  /** Texts of the statements whose plans are missing; null where that is all of them. */
  readonly unplanned: readonly string[] | null
}

const mostPlans = 15
const mostColumns = 2
const mostConfirmed = 5

/** Indexes that would spare slow statements from reading whole tables: by how pg_qualstats saw them run where it is installed, else
 *  by the plans that the server itself makes. With hypopg the server is asked whether it would use them. */
export async function readMissingIndexes(source: Source): Promise<MissingIndexes> {
  const { thresholds } = source
  const statements = await readStatements(source)
  if (statements === null)
    return { suggestions: [], unplanned: null, unknown: [{ ...notInstalled, what: 'which indexes are missing' }] }
  const slow = statements.all.filter(
    (statement) =>
      !statement.isHidden &&
      isSlower(statement, { calls: thresholds.indexMinCalls, meanMs: thresholds.indexMinMeanMs }),
  )
  const failures: Failure[] = []
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
        failures.push({ statement, error })
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
    unknown: [...failuresByState(failures, source), ...(statements.areTextsRead ? [] : [plansUnmade])],
    unplanned: statements.areTextsRead ? failures.map(({ statement }) => textOf(statement)) : null,
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

const isCutOff = ({ statement }: CostlyStatement): boolean => statement?.length === mostTextBytes

const onColumns = ({ table, columns }: Pick<Suggestion, 'table' | 'columns'>): string =>
  `${table} (${columns.map(quoteIdentifier).join(', ')})`

/** The columns that tell most rows apart first; those that are compared for equality before a range. */
export function suggestions(
  reads: readonly (WholeRead & { readonly statement: CostlyStatement })[],
  columns: readonly TableColumn[],
  { indexMinRows }: Pick<Thresholds, 'indexMinRows'>,
): readonly Suggestion[] {
  const found = new Map<string, Suggestion>()
  for (const { table, filter, from, equal, ranged, asText, statement } of reads) {
    const isItself = ({ column, isCharacter }: TableColumn): boolean => isCharacter || !asText.includes(column)
    const own = columns.filter((each) => each.table === table && isItself(each))
    const known = new Map(own.map((each) => [each.column, each]))
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

interface Failure {
  readonly statement: CostlyStatement
  readonly error: unknown
}

/** One for each SQLSTATE, with how many statements it is about. */
function failuresByState(failures: readonly Failure[], source: Source): readonly Unknown[] {
  const groups = Map.groupBy(failures, ({ error }) => sqlStateOf(error) ?? '')
  return [...groups].map(([state, those]) => {
    const isCut = state === '42601' && those.every(({ statement }) => isCutOff(statement))
    const { reason } = whyUnread('', those[0]!.error, source.server)
    return {
      what: `the plans of ${counted(those.length, 'slow statement')}`,
      reason: isCut ? `of a text only ${mostTextBytes} bytes are read` : reason,
      howToGet: howToPlan(state, source),
    }
  })
}

function howToPlan(state: string, { server }: Source): string | null {
  if (state === '42501') return `GRANT pg_read_all_data TO ${quoteIdentifier(server.user)}, or SELECT on these tables`
  // A name that only the search path of who ran it has.
  const isUnknownName = state === '42P01' || state === '42883' || state === '42704'
  return isUnknownName
    ? `name the schema in these statements, or ALTER ROLE ${quoteIdentifier(server.user)} SET search_path to that of who runs them`
    : null
}

/** Whether what an open finding was found by could not be planned. */
export function mayStillMiss({ unplanned }: MissingIndexes, { rule, evidence }: Pick<Finding, 'rule' | 'evidence'>) {
  if (rule !== 'db-missing-index') return false
  const text = evidence.find(({ where }) => where === 'pg_stat_statements.query')?.quote
  return unplanned === null || (text !== undefined && unplanned.includes(text))
}

export function missingIndexFinding(suggestion: Confirmed, around: Around): Finding {
  const { table, columns, rows, filter, from, statement, costs } = suggestion
  const text = textOf(statement)
  const list = columns.map(quoteIdentifier).join(', ')
  const index = `CREATE INDEX CONCURRENTLY ON ${onColumns(suggestion)}`
  return databaseFinding(around, {
    ...{ rule: 'db-missing-index', severity: 'warning', kind: 'Table', object: table, part: columns.join(',') },
    reason: 'MissingIndex',
    summary: `A statement reads all ${Math.round(rows)} rows for want of an index on (${list}), ${paceText(statement)} at ${msText(paceOf(statement).meanMs)}: ${text}`,
    evidence: {
      [from]: filter,
      'EXPLAIN cost now': costs && Math.round(costs.now),
      'EXPLAIN cost with the index (hypopg)': costs && Math.round(costs.then),
      'pg_class.reltuples': Math.round(rows),
      'pg_stat_statements.query': text,
      'pg_stat_statements.calls': statement.calls,
      'mean time': msText(statement.meanMs),
      'mean time lately': statement.lately && msText(statement.lately.meanMs),
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
