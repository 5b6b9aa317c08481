export { createLogger } from './logger.ts'
export { withoutCredentials } from './without-credentials.ts'
export type { Logger } from 'pino'
