/** The ledger as other features read it. */
export { readNewest, readSpans, pruneIntervals, type ExplainedInterval, type Span } from './ledger-store.ts'
/** Holds off writers of these components' ledgers until the transaction ends. */
export { lockStates as holdLedgers } from './state-store.ts'
/** What components are now, and whose checks are paused. */
export { readPaused, readStates } from './state-store.ts'
