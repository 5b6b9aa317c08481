import type { Finding } from '../../finding/finding.ts'
import { databaseFinding } from '../database-finding.ts'
import { advise, lookInto } from '../remedies.ts'
import { decoded, withoutLiterals } from '../statement-text.ts'
import type { Judged, Unknown } from '../judged.ts'
import type { Around, Source, Topic } from '../topic.ts'
import { isUntranslatable, monitorRight } from '../unknown.ts'
import { msText, percentText } from '../words.ts'
import { costliest } from './slow.sql.ts'

/** Times in ms. */
export interface CostlyStatement {
  /** Null where the login may not see it. */
  readonly queryId: string | null
  readonly calls: number
  readonly totalMs: number
  readonly meanMs: number
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
      says: findings.length === 0 ? 'no statement is slow' : `${findings.length} statements are slow`,
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

export async function readStatements({ server, read }: Source): Promise<CostlyStatements> {
  const extension = server.extensions['pg_stat_statements']
  if (!extension) return null
  try {
    return { all: await read<CostlyStatement>(costliest(extension, true)), areTextsRead: true }
  } catch (error) {
    if (isNotLoaded(error)) return null
    if (!isUntranslatable(error)) throw error
    return { all: await read<CostlyStatement>(costliest(extension, false)), areTextsRead: false }
  }
}

/** The extension was created, and its library is not loaded. */
const isNotLoaded = (error: unknown): boolean => String(error).includes('shared_preload_libraries')

function slowFinding(statement: CostlyStatement, around: Around): readonly Finding[] {
  const { thresholds, place } = around
  const { meanMs, calls, queryId, totalMs, shareOfTime } = statement
  const isVery = meanMs >= thresholds.verySlowMeanMs && calls >= 5
  if (!isVery && (meanMs < thresholds.slowMeanMs || calls < thresholds.slowCalls)) return []
  const text = textOf(statement)
  return [
    databaseFinding(around, {
      ...{ rule: 'db-slow-statement', severity: isVery ? 'warning' : 'info', kind: 'Query', object: queryId ?? '' },
      ...{ reason: 'SlowStatement', since: statement.since },
      summary: `It takes ${msText(meanMs)} for each of ${calls} calls, ${percentText(shareOfTime ?? 0)} of all time: ${text}`,
      evidence: {
        'pg_stat_statements.query': text,
        'pg_stat_statements.calls': calls,
        'mean time': msText(meanMs),
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
    { key: 'calls', heading: 'CALLS', unit: 'count' as const },
    { key: 'ioMs', heading: 'I/O', unit: 'ms' as const },
    { key: 'statement', heading: 'STATEMENT', unit: 'text' as const },
  ],
  rows: statements.map(({ isHidden: _isHidden, statement, since, ...rest }) => ({
    ...rest,
    since: since?.toISOString() ?? null,
    statement: textOf({ ...rest, statement }),
  })),
})
