import { spentBetween, type PostgresSample } from '../changes.ts'
import { statementTimes } from '../sample.sql.ts'
import type { Source } from '../topic.ts'
import { ageText } from '../words.ts'

/** How often a statement ran and how long it took on average, ms. */
export interface Pace {
  readonly calls: number
  readonly meanMs: number
}

/** Since the previous sample, s. */
export interface Lately extends Pace {
  readonly seconds: number
}

export interface Paced extends Pace {
  /** Null where it is not known. */
  readonly lately: Lately | null
}

/** Fewer calls may each have been unlucky. */
const leastCalls = 5

/** Whether a statement is called often enough and is slow enough: by what it did lately, as a mean over weeks hides what changed
 *  an hour ago, and else by all that is counted. The calls of a minute are few: how often it is called is told by all of them. */
export const isSlower = (statement: Paced, than: Pace): boolean =>
  statement.calls >= than.calls && paceOf(statement).meanMs >= than.meanMs

export const paceOf = (statement: Paced): Pace => statement.lately ?? statement

export const paceText = ({ calls, lately }: Paced): string =>
  lately === null ? `${calls} calls` : `${lately.calls} calls within the last ${ageText(lately.seconds)}`

/** What statements did since the previous sample, by their ids. @param extension pg_stat_statements */
export async function readLately(
  { previous, read }: Pick<Source, 'previous' | 'read'>,
  extension: Parameters<typeof statementTimes>[0],
): Promise<ReadonlyMap<string, Lately>> {
  if (previous === null) return new Map()
  const { sample, ageMs } = previous
  const now = await read<PostgresSample['statements'][number]>(statementTimes(extension))
  const spent = spentBetween((sample as PostgresSample).statements, now)
  return new Map(
    spent
      .filter(({ isOfSpan, calls }) => isOfSpan && calls >= leastCalls)
      .map(({ id, calls, meanMs }) => [id, { calls, meanMs, seconds: ageMs / 1_000 }]),
  )
}
