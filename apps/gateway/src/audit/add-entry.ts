import type { Actor } from '@akashic/shared/audit'
import type { Clock } from '@akashic/shared/clock'
import { uuidv7 } from '@akashic/shared/ids'
import type { Transaction } from '@akashic/shared/postgres'
import { iso } from '../instant.ts'
import { auditStore } from './store.ts'

/** Records who did what, in the transaction that does it. `detail` never holds a secret. */
export async function addAuditEntry(
  tx: Transaction,
  clock: Clock,
  actor: Actor,
  what: { readonly action: string; readonly subject: string; readonly detail: Record<string, unknown> },
): Promise<void> {
  const { id: actorId, name: actorName, kind: actorKind } = actor.principal
  const at = clock.now()
  await auditStore.add(tx, {
    id: uuidv7(at),
    at: iso(at),
    service: 'platform',
    actorId,
    actorName,
    actorKind,
    requestId: actor.requestId,
    ...what,
  })
}
