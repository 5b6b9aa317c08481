import type { Actor } from '@akashic/shared/audit'
import { uuidv7 } from '@akashic/shared/ids'
import type { Transaction } from '@akashic/shared/postgres'
import { insert } from './store.ts'

/** What was done to one thing. */
export interface AuditedAct {
  /** As `noun.verb`. */
  readonly action: string
  readonly subject: string
  /** The reason given and what changed. Never a secret. */
  readonly detail: Readonly<Record<string, unknown>>
}

/** Writes what `actor` did into the audit, in the transaction that does it. */
export async function addAudit(
  tx: Transaction,
  nowMs: number,
  { principal, requestId }: Actor,
  acts: readonly AuditedAct[],
): Promise<void> {
  const at = new Date(nowMs).toISOString()
  const who = { actorId: principal.id, actorName: principal.name, actorKind: principal.kind, requestId }
  await insert(
    tx,
    acts.map((act) => ({ id: uuidv7(nowMs), at, service: 'status', ...who, ...act })),
  )
}
