export type { CheckContext, CheckFailure, CheckResult, Outcome, Timings } from './check.ts'
export { checkHost, describeTarget } from './kinds.ts'
export { runCheck } from './run-check.ts'
