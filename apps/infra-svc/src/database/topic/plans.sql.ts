import { sql, type Sql } from '@akashic/shared/postgres'

const name = 'akashic_plan'

/** A statement as the server itself has kept it, which no `sql` has made. It is planned, and never run. */
export const prepareStatement = (statement: string): Sql => ({ text: `PREPARE ${name} AS ${statement}`, values: [] })

export const forceGenericPlan = sql`SET LOCAL plan_cache_mode = force_generic_plan`
export const keepPlace = sql`SAVEPOINT akashic_plan`
export const backToPlace = sql`ROLLBACK TO akashic_plan`

/** The plan whatever its parameters are: each is told to be NULL, and a generic plan does not look. */
export const preparedPlan = (parameters: number): Sql => {
  const nulls = parameters === 0 ? '' : `(${Array(parameters).fill('NULL').join(', ')})`
  return { text: `EXPLAIN (VERBOSE, FORMAT JSON) EXECUTE ${name}${nulls}`, values: [] }
}

export const deallocate = sql`DEALLOCATE akashic_plan`

export const keepAll = sql`SAVEPOINT akashic_index`
export const backToAll = sql`ROLLBACK TO akashic_index`
export const imagineIndex = (schema: string, index: string) =>
  sql`SELECT ${sql.identifier(schema, 'hypopg_create_index')}(${index})`
export const forgetIndexes = (schema: string) => sql`SELECT ${sql.identifier(schema, 'hypopg_reset')}()`
