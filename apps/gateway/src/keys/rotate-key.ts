import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { addAuditEntry } from '../audit/add-entry.ts'
import { iso } from '../instant.ts'
import { keyState } from './api-key.ts'
import { issueKey } from './create-key.ts'
import type { IssuedKey, KeyDeps } from './create-key.ts'
import { keyStore } from './store.ts'

/** Gives the holder of a key a new one with the same rights; the old one ends after `overlapMs`.
 *  @throws OpsError not_found, or failed_precondition when the key has ended already. */
export async function rotateKey({ db, clock }: KeyDeps, id: string, overlapMs: number, by: Actor): Promise<IssuedKey> {
  return db.transaction(async (tx) => {
    const old = await keyStore.lock(tx, id)
    if (!old) throw new OpsError('not_found', 'There is no such key.')
    const now = clock.now()
    const state = keyState(old, now)
    if (state !== 'active') throw new OpsError('failed_precondition', `The key is ${state}: create a new one instead.`)
    const { principalName: principal, principalKind: kind, role, scope, expiresAtMs } = old
    const issued = await issueKey(tx, clock, { principal, kind, role, scope, expiresAtMs }, by)
    const endsAtMs = Math.min(old.expiresAtMs ?? Infinity, now + overlapMs)
    await keyStore.saveEnd(tx, overlapMs === 0 ? { ...old, revokedAtMs: now } : { ...old, expiresAtMs: endsAtMs })
    const detail = { replacedBy: issued.key.id, endsAt: iso(endsAtMs) }
    await addAuditEntry(tx, clock, by, { action: 'key.rotate', subject: id, detail })
    return issued
  })
}
