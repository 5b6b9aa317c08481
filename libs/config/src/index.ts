export * from './check.ts'
export * from './component.ts'
export { duration, parseDuration } from './duration.ts'
