import type { Database } from '@akashic/shared/postgres'
import { openFindings } from '../finding/open-findings.ts'
import { spentBetween, type PostgresSample } from './changes.ts'
import type { Sample } from './engine.ts'
import { sourceOf } from './keep-database.ts'
import { sampleBetween } from './store.ts'

/** What one statement took over a span of time. */
export interface StatementMean {
  /** Its query id. */
  readonly id: string
  readonly calls: number
  readonly meanMs: number
  /** False where it is not known what of it was within the span: then it is told since it is counted. */
  readonly isOfSpan: boolean
  /** Without literals; null where no finding of it is kept. */
  readonly text: string | null
}

/** What the samples of a database say of its statements over a span; a reason where they say nothing. */
export type StatementMeans =
  | { readonly means: readonly StatementMean[]; readonly from: Date; readonly to: Date; readonly reason: null }
  | { readonly means: null; readonly reason: string }

/** The last sample may be this old, ms, and the first lie this far before the span. */
const slackMs = 300_000

/** How long statements of a database took on average between two instants, by the samples that are kept each minute: of the
 *  200 that take most time. */
export async function statementMeans(
  db: Database,
  database: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<StatementMeans> {
  const [before, after, findings] = await Promise.all([
    sampleBetween(db, database, { from: new Date(fromMs - slackMs), until: new Date(fromMs) }, 'newest'),
    sampleBetween(db, database, { from: new Date(Math.max(fromMs, toMs - slackMs)), until: new Date(toMs) }, 'newest'),
    openFindings(db, [sourceOf(database)]),
  ])
  if (after === null) return { means: null, reason: 'there is no sample of it from the last five minutes' }
  if (before === null) return { means: null, reason: `it was not sampled at ${new Date(fromMs).toISOString()}` }
  const [from, to] = [before.sample, after.sample]
  if (!isOfPostgres(from) || !isOfPostgres(to) || to.statements.length === 0)
    return { means: null, reason: 'no statement of it is counted: it may lack pg_stat_statements' }
  const spent = spentBetween(from.statements, to.statements)
  const texts = new Map(
    findings.flatMap(({ rule, object, evidence }) => {
      const text = evidence.find(({ where }) => where === 'pg_stat_statements.query')?.quote
      return rule === 'db-slow-statement' && text !== undefined ? [[object.name, text] as const] : []
    }),
  )
  return {
    means: spent.map((each) => ({ ...each, text: texts.get(each.id) ?? null })),
    ...{ from: before.at, to: after.at, reason: null },
  }
}

const isOfPostgres = (sample: Sample): sample is PostgresSample => sample.kind === 'postgres'
