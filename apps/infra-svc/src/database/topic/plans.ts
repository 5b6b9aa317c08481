import type { Read } from '../database-client.ts'
import type { Source } from '../topic.ts'
import { backToAll, backToPlace, deallocate, forceGenericPlan, forgetIndexes, imagineIndex } from './plans.sql.ts'
import { keepAll, keepPlace, prepareStatement, preparedPlan } from './plans.sql.ts'

/** A step of a plan that reads a whole table and keeps some rows. */
export interface WholeRead {
  /** With its schema before it, both as they are. */
  readonly table: string
  /** As it was told, such as `(orders.email = $1)`. */
  readonly filter: string
  readonly from: 'EXPLAIN Seq Scan Filter' | 'pg_qualstats'
  readonly equal: readonly string[]
  readonly ranged: readonly string[]
  /** Of both, those that were compared as text: of a character type that is the column itself, of another it is not. */
  readonly asText: readonly string[]
}

export interface PlanNode {
  readonly 'Node Type'?: string
  readonly Schema?: string
  readonly 'Relation Name'?: string
  readonly Filter?: string
  readonly 'Index Name'?: string
  readonly 'Total Cost'?: number
  readonly Plans?: readonly PlanNode[]
}

const plannable = /^\s*(SELECT|WITH|UPDATE|DELETE)\b/i

/** The plan of a statement as pg_stat_statements has it, whatever its parameters; null for those that have none. It is
 *  prepared for that, in any version, and forgotten in the same transaction: a pooler gives the session to others then.
 *  @throws Error as the server tells it: a right is missing, a table has gone, or the text is not whole. */
export async function planOf({ together }: Source, statement: string): Promise<PlanNode | null> {
  if (!plannable.test(statement)) return null
  return together((read) => planned(read, statement, parametersOf(statement)))
}

async function planned(read: Read, statement: string, parameters: number): Promise<PlanNode | null> {
  await read(forceGenericPlan)
  await read(prepareStatement(statement))
  await read(keepPlace)
  try {
    return planIn(await read(preparedPlan(parameters)))
  } finally {
    await read(backToPlace)
    await read(deallocate)
  }
}

/** The plan that a statement would have with an index that there is not. The index is a word in the memory of this session, which
 *  is forgotten in the same transaction. @param schema of the extension hypopg */
export async function planWith(
  { together }: Source,
  statement: string,
  index: string,
  schema: string,
): Promise<PlanNode | null> {
  if (!plannable.test(statement)) return null
  return together(async (read) => {
    await read(keepAll)
    try {
      await read(imagineIndex(schema, index))
      return await planned(read, statement, parametersOf(statement))
    } finally {
      await read(backToAll)
      await read(forgetIndexes(schema))
    }
  })
}

/** Whether a plan uses an index that hypopg made up: those are named by a number in angles. */
export const usesImagined = ({ Plans, ...node }: PlanNode): boolean =>
  /^<\d+>/.test(node['Index Name'] ?? '') || (Plans ?? []).some(usesImagined)

const parametersOf = (statement: string): number =>
  Math.max(0, ...[...statement.matchAll(/\$(\d{1,4})/g)].map(([, number]) => Number(number)))

function planIn(rows: readonly unknown[]): PlanNode | null {
  const [row] = rows as readonly { readonly 'QUERY PLAN'?: readonly { readonly Plan?: PlanNode }[] }[]
  return row?.['QUERY PLAN']?.[0]?.Plan ?? null
}

/** The steps that read a table whole by a condition which an index could answer. */
export function wholeReadsIn(node: PlanNode): readonly WholeRead[] {
  const own = node['Node Type'] === 'Seq Scan' && node.Filter !== undefined ? wholeReadOf(node, node.Filter) : []
  return [...own, ...(node.Plans ?? []).flatMap(wholeReadsIn)]
}

const identifier = String.raw`(?:"(?:[^"]|"")+"|[a-z_][\w$]*)`
/** A column that stands for itself between the conditions of a filter: of what a function or an operator makes of it, an index
 *  on the column knows nothing. */
const column = String.raw`(?<=(?:^| AND )\(*)(?:${identifier}\.)?(?<column>${identifier})\)?(?<cast>::text)?`
const condition = new RegExp(
  String.raw`${column} (?<operator>=|<|>|<=|>=) (?:\$\d+|'(?:[^']|'')*'|-?\d+(?:\.\d+)?|ANY|true|false|\(\$\d+\))`,
  'g',
)

function wholeReadOf(node: PlanNode, filter: string): readonly WholeRead[] {
  // What is true of either of two sides no one index answers, nor what is true where it does not hold.
  if (/ OR |\bNOT \(|\bCASE\b/.test(filter)) return []
  const found = [...filter.matchAll(condition)].map(({ groups }) => ({
    column: unquoted(groups!['column']!),
    isEqual: groups!['operator'] === '=',
    isText: groups!['cast'] !== undefined,
  }))
  const equal = [...new Set(found.filter(({ isEqual }) => isEqual).map((each) => each.column))]
  const ranged = [...new Set(found.map((each) => each.column))].filter((each) => !equal.includes(each))
  if (equal.length + ranged.length === 0) return []
  const asText = found.filter(({ isText }) => isText).map((each) => each.column)
  const table = `${node.Schema!}.${node['Relation Name']!}`
  return [{ table, filter, equal, ranged, asText, from: 'EXPLAIN Seq Scan Filter' }]
}

const unquoted = (name: string): string => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name)
