import { auditTable, type Actor } from '@akashic/shared/audit'
import { uuidv7 } from '@akashic/shared/ids'
import type { Transaction } from '@akashic/shared/postgres'

const audit = auditTable('ai_health')

/** What was done to one thing. */
export interface AuditedAct {
  /** As `noun.verb`. */
  readonly action: string
  readonly subject: string
  /** What changed. Never a secret, a prompt or an answer. */
  readonly detail: Readonly<Record<string, unknown>>
}

/** Writes what `actor` did into the audit, in the transaction that does it. */
export async function addAudit(
  tx: Transaction,
  nowMs: number,
  { principal, requestId }: Actor,
  act: AuditedAct,
): Promise<void> {
  const { id: actorId, name: actorName, kind: actorKind } = principal
  const at = new Date(nowMs).toISOString()
  await audit.insert(tx, [
    { id: uuidv7(nowMs), at, service: 'ai_health', actorId, actorName, actorKind, requestId, ...act },
  ])
}
