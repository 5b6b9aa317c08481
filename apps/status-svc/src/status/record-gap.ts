import type { Transaction } from '@akashic/shared/postgres'
import type { StatusDeps } from './apply-verdicts.ts'
import type { CheckingGap } from './check-verdict.ts'

/** Writes a stretch in which nobody checked into the ledger as `unknown`, in the caller's transaction. */
export async function recordGap(_deps: StatusDeps, _tx: Transaction, _gap: CheckingGap): Promise<void> {}
