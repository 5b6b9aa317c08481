export type { CheckContext, CheckFailure, CheckKind, CheckResult, Outcome, Timings } from './check.ts'
