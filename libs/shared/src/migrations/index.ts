export { migrate, type MigrationOptions } from './migrate.ts'
