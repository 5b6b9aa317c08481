import type { Source } from '../topic.ts'
import type { WholeRead } from './plans.ts'
import { conditionsSeen } from './quals.sql.ts'

/** A condition on a column, by which a table was read whole. */
export interface ConditionSeen {
  readonly queryId: string
  readonly table: string
  readonly column: string
  readonly operator: string
  /** The same for those that must hold at once; null for one that stands alone or beside another. */
  readonly together: string | null
  readonly times: number
  readonly rowsRead: number
  readonly rowsLeftOut: number
}

/** As pg_qualstats' own advisor: an index is worth it where it spares most rows, and many. */
const leastLeftOut = { ratio: 0.3, rowsEachTime: 500 }

/** How statements were seen to read tables whole, by their ids. Empty where pg_qualstats is not there, or cannot be asked. */
export async function wholeReadsSeen(
  { server, read }: Source,
  queryIds: readonly string[],
): Promise<ReadonlyMap<string, readonly WholeRead[]>> {
  const extension = server.extensions['pg_qualstats']
  if (!extension || queryIds.length === 0) return new Map()
  // Created, and not loaded, or not to be read: the plans tell the same, without the numbers.
  const seen = await read<ConditionSeen>(conditionsSeen(extension.schema, queryIds)).catch(() => [])
  return wholeReadsOf(seen)
}

export function wholeReadsOf(seen: readonly ConditionSeen[]): ReadonlyMap<string, readonly WholeRead[]> {
  const found = new Map<string, WholeRead[]>()
  const groups = Object.values(
    Object.groupBy(seen, (each) => JSON.stringify([each.queryId, each.table, each.together])),
  )
  for (const group of groups) {
    const conditions = group!
    const [first] = conditions
    // Of several that stand for themselves each may be enough: no one index answers them.
    if (!first || (first.together === null && conditions.length > 1) || !isWorthIt(conditions)) continue
    const equal = conditions.filter(({ operator }) => operator === '=').map(({ column }) => column)
    const read: WholeRead = {
      ...{ table: first.table, equal: [...new Set(equal)], asText: [], from: 'pg_qualstats' },
      ranged: [...new Set(conditions.map(({ column }) => column))].filter((column) => !equal.includes(column)),
      filter: `${conditions.map(({ column, operator }) => `${column} ${operator} ?`).join(' AND ')}: ${Math.round(first.rowsLeftOut)} of ${Math.round(first.rowsRead)} rows left out, ${Math.round(first.times)} times`,
    }
    found.set(first.queryId, [...(found.get(first.queryId) ?? []), read])
  }
  return found
}

const isWorthIt = (conditions: readonly ConditionSeen[]): boolean =>
  conditions.some(
    ({ times, rowsRead, rowsLeftOut }) =>
      rowsLeftOut >= rowsRead * leastLeftOut.ratio && rowsLeftOut >= times * leastLeftOut.rowsEachTime,
  )
