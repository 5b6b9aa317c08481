import { createAudit, type Actor, type AuditedAct } from '@akashic/shared/audit'
import type { Clock } from '@akashic/shared/clock'
import type { Transaction } from '@akashic/shared/postgres'

const audit = createAudit('platform')

/** Records who did what, in the transaction that does it. */
export function addAuditEntry(tx: Transaction, clock: Clock, actor: Actor, what: AuditedAct): Promise<void> {
  return audit.add(tx, clock.now(), actor, [what])
}
