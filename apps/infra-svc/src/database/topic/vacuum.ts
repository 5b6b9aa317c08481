import type { Finding } from '../../finding/finding.ts'
import { databaseFinding } from '../database-finding.ts'
import { advise, alter, destroy, letAutovacuum, lookInto } from '../remedies.ts'
import type { Judged } from '../judged.ts'
import type { Around, Topic } from '../topic.ts'
import { ageText, percentText } from '../words.ts'
import { quoteIdentifier, quoteLiteral } from '../quote-sql.ts'
import { databaseAges, heldBack, preparedTransactions, vacuumedTables } from './vacuum.sql.ts'

export interface DatabaseAge {
  readonly database: string
  readonly xidAge: number
  readonly multixactAge: number
  /** Share of the ids after which Postgres refuses to write. */
  readonly used: number
  readonly freezeMaxAge: number
  readonly isThis: boolean
}

export interface VacuumedTable {
  readonly schema: string
  readonly table: string
  readonly xidAge: number
  readonly rows: number
  readonly deadRows: number
  readonly lastAutovacuum: Date | null
  readonly lastVacuum: Date | null
  readonly isAutovacuumed: boolean
}

export interface HeldBack {
  readonly kind: string
  readonly name: string
  readonly xidAge: number
}

export interface PreparedTransaction {
  readonly gid: string
  readonly user: string
  readonly database: string
  readonly since: Date
  readonly xidAge: number
  readonly seconds: number
  readonly isThis: boolean
}

export interface Vacuum {
  readonly ages: readonly DatabaseAge[]
  readonly tables: readonly VacuumedTable[]
  readonly held: readonly HeldBack[]
  readonly prepared: readonly PreparedTransaction[]
}

/** Whether old rows are cleaned away, how far the transaction ids are, and what keeps both from getting on. */
export const vacuum: Topic<Vacuum> = {
  name: 'vacuum',
  rules: ['db-xid-age', 'db-dead-rows', 'db-prepared-transaction'],
  isHeavy: false,
  read: async ({ read }) => {
    const [ages, tables, held, prepared] = await Promise.all([
      read<DatabaseAge>(databaseAges),
      read<VacuumedTable>(vacuumedTables),
      read<HeldBack>(heldBack),
      read<PreparedTransaction>(preparedTransactions),
    ])
    return { ages, tables, held, prepared }
  },
  judge: (figures, around): Judged => {
    const own = figures.ages.find(({ isThis }) => isThis)
    return {
      says: own ? `${percentText(own.used)} of the transaction ids are used` : '',
      tables: [tableTable(figures.tables), heldTable(figures.held)],
      findings: [
        ...figures.ages.flatMap((age) => wraparound(age, figures, around)),
        ...figures.tables.flatMap((table) => deadRows(table, figures.held, around)),
        ...figures.prepared.flatMap((each) => forgotten(each, around)),
      ],
      unknown: [],
    }
  },
}

const heldText = ([first]: readonly HeldBack[]): string | null =>
  first === undefined ? null : `${first.kind} ${first.name}, ${first.xidAge} transactions old`

function wraparound(age: DatabaseAge, { tables, held }: Vacuum, around: Around): readonly Finding[] {
  const { thresholds, place } = around
  if (age.used < thresholds.xidWarning) return []
  const oldest = tables.toSorted((a, b) => b.xidAge - a.xidAge)[0]
  const name = age.isThis ? around.name : age.database
  return [
    databaseFinding(around, {
      ...{
        rule: 'db-xid-age',
        severity: age.used >= thresholds.xidCritical ? 'critical' : 'warning',
        kind: 'Database',
      },
      ...{ object: name, reason: 'TransactionIdWraparound' },
      summary: `${percentText(age.used)} of the transaction ids of ${age.database} are used; at 100 % Postgres refuses to write.`,
      evidence: {
        'age(pg_database.datfrozenxid)': age.xidAge,
        'mxid_age(pg_database.datminmxid)': age.multixactAge,
        autovacuum_freeze_max_age: age.freezeMaxAge,
        'oldest table': age.isThis && oldest ? `${oldest.schema}.${oldest.table}: ${oldest.xidAge}` : null,
        'held back by': heldText(held),
      },
      remedies: [
        lookInto(place, 'See whether autovacuum is at it', 'SELECT * FROM pg_stat_progress_vacuum'),
        advise(
          'End what holds it back first: long transactions, prepared ones, slots that nobody reads',
          'what vacuum may clean',
        ),
        alter(
          place,
          'Freeze the rows of this database',
          'VACUUM (FREEZE)',
          'old rows are marked; it reads every table',
          null,
        ),
      ],
      because: `${percentText(age.used)} of its transaction ids are used`,
    }),
  ]
}

function deadRows(table: VacuumedTable, held: readonly HeldBack[], around: Around): readonly Finding[] {
  const { thresholds, place } = around
  const ratio = table.deadRows / Math.max(1, table.rows + table.deadRows)
  if (table.deadRows < thresholds.deadRows || ratio < thresholds.deadRatio) return []
  const name = `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.table)}`
  const off = table.isAutovacuumed ? '' : ': autovacuum is off for it'
  return [
    databaseFinding(around, {
      ...{ rule: 'db-dead-rows', severity: 'warning', kind: 'Table', object: name, reason: 'DeadRows' },
      summary: `${table.deadRows} of its rows (${percentText(ratio)}) are dead and not cleaned away${off}.`,
      evidence: {
        'pg_stat_all_tables.n_dead_tup': table.deadRows,
        'pg_stat_all_tables.n_live_tup': table.rows,
        'pg_stat_all_tables.last_autovacuum': table.lastAutovacuum?.toISOString() ?? 'never',
        'pg_class.reloptions autovacuum_enabled': table.isAutovacuumed ? null : 'false',
        'held back by': heldText(held),
      },
      remedies: [
        lookInto(place, 'See whether autovacuum is at it', 'SELECT * FROM pg_stat_progress_vacuum'),
        ...(table.isAutovacuumed ? [] : [letAutovacuum(place, name)]),
        alter(place, 'Clean it now', `VACUUM (ANALYZE) ${name}`, 'dead rows; the file keeps its size', null),
      ],
      because: table.isAutovacuumed ? null : 'autovacuum is off for it',
    }),
  ]
}

function forgotten(transaction: PreparedTransaction, around: Around): readonly Finding[] {
  const { gid, user, database, seconds, since, xidAge } = transaction
  const { thresholds, place } = around
  if (seconds < thresholds.preparedSeconds) return []
  return [
    databaseFinding(around, {
      ...{ rule: 'db-prepared-transaction', severity: 'warning', kind: 'Session', object: `prepared ${gid}`, since },
      reason: 'PreparedTransactionForgotten',
      summary: `Transaction ${gid} of user ${user} in ${database} was prepared ${ageText(seconds)} ago, and nobody has committed it; it keeps its locks and all rows since.`,
      evidence: {
        'pg_prepared_xacts.gid': gid,
        'pg_prepared_xacts.prepared': since.toISOString(),
        'age(transaction)': xidAge,
      },
      remedies: [
        lookInto(place, 'See it', 'SELECT * FROM pg_prepared_xacts'),
        advise('Ask the transaction manager that prepared it whether it is to be committed', 'nothing'),
        destroy(
          place,
          'Roll it back, if its owner has given it up',
          `ROLLBACK PREPARED ${quoteLiteral(gid)}`,
          'what the transaction did is lost; its locks are free',
        ),
      ],
      because: `it was prepared ${ageText(seconds)} ago and never committed`,
    }),
  ]
}

const tableTable = (tables: readonly VacuumedTable[]) => ({
  title: 'Tables',
  columns: [
    { key: 'name', heading: 'TABLE', unit: 'text' as const },
    { key: 'rows', heading: 'ROWS', unit: 'count' as const },
    { key: 'deadRows', heading: 'DEAD', unit: 'count' as const },
    { key: 'xidAge', heading: 'AGE', unit: 'count' as const },
    { key: 'lastAutovacuum', heading: 'AUTOVACUUMED', unit: 'instant' as const },
  ],
  rows: tables.map(({ schema, table, rows, deadRows: dead, xidAge, lastAutovacuum }) => ({
    ...{ name: `${schema}.${table}`, rows, deadRows: dead, xidAge },
    lastAutovacuum: lastAutovacuum?.toISOString() ?? null,
  })),
})

const heldTable = (held: readonly HeldBack[]) => ({
  title: 'What keeps old rows',
  columns: [
    { key: 'kind', heading: 'KIND', unit: 'text' as const },
    { key: 'name', heading: 'NAME', unit: 'text' as const },
    { key: 'xidAge', heading: 'AGE', unit: 'count' as const },
  ],
  rows: held.map((each) => ({ ...each })),
})
