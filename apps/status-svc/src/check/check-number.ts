import type { Queryable } from '@akashic/shared/postgres'
import { knownChecks } from './result/store.ts'
import type { CheckDefinition } from './watched-check.ts'

/** The number under which the tables know `check`; it is given one when it has none. */
export async function checkNumber(db: Queryable, check: CheckDefinition): Promise<number> {
  const known = await knownChecks(db, [check])
  return known.get(check.id)!.num
}
