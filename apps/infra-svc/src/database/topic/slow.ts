import type { Finding } from '../../finding/finding.ts'
import { databaseFinding } from '../database-finding.ts'
import { advise, lookInto } from '../remedies.ts'
import { decoded, withoutLiterals } from '../statement-text.ts'
import type { Judged, Unknown } from '../judged.ts'
import type { Around, Source, Topic } from '../topic.ts'
import { isUntranslatable, monitorRight } from '../unknown.ts'
import { counted, msText, percentText } from '../words.ts'
import { isSlower, paceOf, paceText, readLately, type Paced } from './pace.ts'
import { costliest, type Extension } from './slow.sql.ts'

/** Times in ms. */
export interface CostlyStatement extends Paced {
  /** Null where the login may not see it. */
  readonly queryId: string | null
  readonly totalMs: number
  readonly maxMs: number
  readonly rows: number
  readonly ioMs: number
  readonly blocksRead: number
  readonly tempBlocks: number
  /** Since when it is counted, where the extension tells. */
  readonly since: Date | null
  readonly walBuffersFull: number | null
  /** Of the time that all statements of the database took. */
  readonly shareOfTime: number | null
  readonly isHidden: boolean
  readonly user: string
  /** Null where the texts could not be read. */
  readonly statement: Uint8Array | null
}

/** Null where the extension is not there. */
export type CostlyStatements = {
  readonly all: readonly CostlyStatement[]
  readonly areTextsRead: boolean
} | null

/** Which statements take the time of the server. */
export const slow: Topic<CostlyStatements> = {
  name: 'slow',
  rules: ['db-slow-statement'],
  isHeavy: false,
  read: readStatements,
  judge: (statements, around, server): Judged => {
    if (statements === null) return { says: '', tables: [], findings: [], unknown: [notInstalled] }
    const shown = statements.all.filter(({ isHidden }) => !isHidden)
    const findings = shown.flatMap((each) => slowFinding(each, around))
    return {
      says:
        findings.length === 0
          ? 'no statement is slow'
          : `${counted(findings.length, 'statement is slow', 'statements are slow')}`,
      tables: [table(shown)],
      findings,
      unknown: [
        ...(statements.areTextsRead ? [] : [textsUnread]),
        ...(shown.length < statements.all.length ? [monitorRight('statements of other users', server)] : []),
      ],
    }
  },
}

export const notInstalled: Unknown = {
  what: 'statements and the time that they take',
  reason: 'pg_stat_statements not installed',
  howToGet:
    'put pg_stat_statements into shared_preload_libraries, restart the server, and run CREATE EXTENSION pg_stat_statements in this database',
}

/** The server reads the texts of all databases at once, and one that is no text in this one's encoding fails them all. */
export const textsUnread: Unknown = {
  what: 'the texts of statements',
  reason: 'one of another database is no text in the encoding of this one',
  howToGet:
    "forget what was counted of databases without an encoding: SELECT pg_stat_statements_reset(0, oid, 0) FROM pg_database WHERE pg_encoding_to_char(encoding) = 'SQL_ASCII'",
}

export async function readStatements(source: Source): Promise<CostlyStatements> {
  const extension = source.server.extensions['pg_stat_statements']
  if (!extension) return null
  try {
    return { all: await paced(source, extension, true), areTextsRead: true }
  } catch (error) {
    if (isNotLoaded(error)) return null
    if (!isUntranslatable(error)) throw error
    return { all: await paced(source, extension, false), areTextsRead: false }
  }
}

/** Those that took most time lately are among them, however little that is of all that was ever counted. */
async function paced(source: Source, extension: Extension, areTextsRead: boolean): Promise<readonly CostlyStatement[]> {
  const lately = await readLately(source, extension)
  const costlyLately = [...lately]
    .toSorted(([, a], [, b]) => b.calls * b.meanMs - a.calls * a.meanMs)
    .slice(0, mostLately)
    .map(([id]) => id)
  const all = await source.read<Omit<CostlyStatement, 'lately'>>(costliest(extension, areTextsRead, costlyLately))
  return all.map((each) => ({ ...each, lately: lately.get(each.queryId ?? '') ?? null }))
}

const mostLately = 20

/** The extension was created, and its library is not loaded. */
const isNotLoaded = (error: unknown): boolean => String(error).includes('shared_preload_libraries')

function slowFinding(statement: CostlyStatement, around: Around): readonly Finding[] {
  const { thresholds, place } = around
  const { queryId, totalMs, shareOfTime, lately } = statement
  const isVery = isSlower(statement, { calls: 5, meanMs: thresholds.verySlowMeanMs })
  if (!isVery && !isSlower(statement, { calls: thresholds.slowCalls, meanMs: thresholds.slowMeanMs })) return []
  const text = textOf(statement)
  return [
    databaseFinding(around, {
      ...{ rule: 'db-slow-statement', severity: isVery ? 'warning' : 'info', kind: 'Query', object: queryId ?? '' },
      ...{ reason: 'SlowStatement', since: statement.since },
      summary: `It takes ${msText(paceOf(statement).meanMs)} for each of ${paceText(statement)}, ${percentText(shareOfTime ?? 0)} of all time: ${text}`,
      evidence: {
        'pg_stat_statements.query': text,
        'pg_stat_statements.calls': statement.calls,
        'mean time': msText(statement.meanMs),
        'mean time lately': lately && msText(lately.meanMs),
        'longest time': msText(statement.maxMs),
        'total time': msText(totalMs),
        'pg_stat_statements.rows': statement.rows,
        'pg_stat_statements.shared_blks_read': statement.blocksRead,
      },
      remedies: [
        lookInto(place, 'See what the indexes of its tables are', 'SELECT tablename, indexdef FROM pg_indexes'),
        advise('Look at its plan with EXPLAIN, and at what `akashic db` says of missing indexes', 'nothing'),
        ...(statement.tempBlocks > 0
          ? [advise('Give it more work_mem: it sorts or joins on disk', 'the memory that its sessions take')]
          : []),
      ],
    }),
  ]
}

/** Without literals. */
export const textOf = ({ statement, queryId }: Pick<CostlyStatement, 'statement' | 'queryId'>): string =>
  statement === null ? `statement ${queryId}, whose text cannot be read` : withoutLiterals(decoded(statement))

const table = (statements: readonly CostlyStatement[]) => ({
  title: 'Statements that cost most',
  columns: [
    { key: 'totalMs', heading: 'TOTAL', unit: 'ms' as const },
    { key: 'shareOfTime', heading: 'SHARE', unit: 'ratio' as const },
    { key: 'meanMs', heading: 'MEAN', unit: 'ms' as const },
    { key: 'latelyMs', heading: 'LATELY', unit: 'ms' as const },
    { key: 'calls', heading: 'CALLS', unit: 'count' as const },
    { key: 'ioMs', heading: 'I/O', unit: 'ms' as const },
    { key: 'statement', heading: 'STATEMENT', unit: 'text' as const },
  ],
  rows: statements.map(({ isHidden: _isHidden, statement, since, lately, ...rest }) => ({
    ...rest,
    latelyMs: lately?.meanMs ?? null,
    since: since?.toISOString() ?? null,
    statement: textOf({ ...rest, statement }),
  })),
})
