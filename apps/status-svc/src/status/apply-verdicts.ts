import type { Transaction } from '@akashic/shared/postgres'
import type { ComponentDirectory } from '../component/component.ts'
import type { CheckVerdict } from './check-verdict.ts'

export interface StatusDeps {
  readonly components: ComponentDirectory
}

/** Brings the state and the ledger of the components up to what their checks now say, in the caller's transaction.
 *  Verdicts of components that are gone are dropped. */
export async function applyVerdicts(
  _deps: StatusDeps,
  _tx: Transaction,
  _verdicts: readonly CheckVerdict[],
): Promise<void> {}
