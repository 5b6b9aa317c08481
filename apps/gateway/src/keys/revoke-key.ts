import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { addAuditEntry } from '../audit/add-entry.ts'
import type { ApiKey } from './api-key.ts'
import type { KeyDeps } from './create-key.ts'
import { keyStore } from './store.ts'

/** Ends a key at once. Idempotent: a revoked key is returned as it is.
 *  @throws OpsError not_found. */
export async function revokeKey({ db, clock }: KeyDeps, id: string, by: Actor): Promise<ApiKey> {
  return db.transaction(async (tx) => {
    const key = await keyStore.lock(tx, id)
    if (!key) throw new OpsError('not_found', 'There is no such key.')
    if (key.revokedAtMs !== null) return key
    const revoked = { ...key, revokedAtMs: clock.now() }
    await keyStore.saveEnd(tx, revoked)
    const detail = { principal: key.principalName, role: key.role }
    await addAuditEntry(tx, clock, by, { action: 'key.revoke', subject: id, detail })
    return revoked
  })
}
