import type { Transaction } from '@akashic/shared/postgres'
import { notifyEvaluation } from './result/store.ts'

/** Has the replica that holds the check evaluate it once this transaction commits. */
export async function requestEvaluation(tx: Transaction, checkId: string): Promise<void> {
  await notifyEvaluation(tx, checkId)
}
