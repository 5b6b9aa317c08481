import type { Actor } from '@akashic/shared/audit'
import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import type { Role } from '@akashic/shared/identity'
import { uuidv7 } from '@akashic/shared/ids'
import type { Database, Transaction } from '@akashic/shared/postgres'
import { addAuditEntry } from '../audit/add-entry.ts'
import { isoOrNull } from '../instant.ts'
import { hashOfKey, newKeyText } from './api-key.ts'
import type { ApiKey } from './api-key.ts'
import { keyStore } from './store.ts'

export interface KeyDeps {
  readonly db: Database
  readonly clock: Clock
}

export interface NewKey {
  /** Of the person or service that will hold it. */
  readonly principal: string
  readonly kind: 'person' | 'service'
  readonly role: Role
  readonly scope: readonly string[] | null
  readonly expiresAtMs: number | null
}

/** A key and its secret, which is told this once and never again. */
export interface IssuedKey {
  readonly key: ApiKey
  readonly secret: string
}

/** Makes a key for a principal, and the principal if it is new.
 *  @throws OpsError failed_precondition when the principal is of the other kind, invalid_argument when the key would be expired. */
export async function createKey(deps: KeyDeps, wanted: NewKey, by: Actor): Promise<IssuedKey> {
  return deps.db.transaction(async (tx) => issueKey(tx, deps.clock, wanted, by))
}

/** The same, within a transaction. */
export async function issueKey(tx: Transaction, clock: Clock, wanted: NewKey, by: Actor): Promise<IssuedKey> {
  const now = clock.now()
  if (wanted.expiresAtMs !== null && wanted.expiresAtMs <= now) {
    throw new OpsError('invalid_argument', 'The key would be expired already.', {
      fields: [{ pointer: '/expiresAt', detail: 'must be in the future' }],
    })
  }
  const asked = { id: uuidv7(now), name: wanted.principal, kind: wanted.kind }
  const principal = await keyStore.principalNamed(tx, asked, now)
  if (principal.kind !== wanted.kind) {
    throw new OpsError('failed_precondition', `${principal.name} is a ${principal.kind}, not a ${wanted.kind}.`)
  }
  const secret = newKeyText()
  const key: ApiKey = {
    id: uuidv7(now),
    principalId: principal.id,
    principalName: principal.name,
    principalKind: principal.kind,
    role: wanted.role,
    scope: wanted.scope,
    createdAtMs: now,
    expiresAtMs: wanted.expiresAtMs,
    revokedAtMs: null,
  }
  await keyStore.add(tx, key, hashOfKey(secret))
  const { principalName, role, scope } = key
  const detail = { principal: principalName, role, scope, expiresAt: isoOrNull(key.expiresAtMs) }
  await addAuditEntry(tx, clock, by, { action: 'key.create', subject: key.id, detail })
  return { key, secret }
}
