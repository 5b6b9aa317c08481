export type { Database, Queryable, Transaction } from './database.ts'
export { sql, type Sql } from './sql.ts'
export { openDatabase, type DatabaseOptions } from './open-database.ts'
export { isUniqueViolation, sqlStateOf } from './database-errors.ts'
