import { createHash } from 'node:crypto'
import { randomToken } from '@akashic/shared/ids'
import type { Role } from '@akashic/shared/identity'

/** A key without its secret, which only its holder has. */
export interface ApiKey {
  readonly id: string
  readonly principalId: string
  readonly principalName: string
  readonly principalKind: 'person' | 'service'
  readonly role: Role
  /** Ids of the components that it is limited to; null: all. */
  readonly scope: readonly string[] | null
  readonly createdAtMs: number
  readonly expiresAtMs: number | null
  readonly revokedAtMs: number | null
}

export type KeyState = 'active' | 'expired' | 'revoked'

export function keyState(key: Pick<ApiKey, 'expiresAtMs' | 'revokedAtMs'>, nowMs: number): KeyState {
  if (key.revokedAtMs !== null && key.revokedAtMs <= nowMs) return 'revoked'
  return key.expiresAtMs !== null && key.expiresAtMs <= nowMs ? 'expired' : 'active'
}

/** A new secret, of 256 random bits. */
export const newKeyText = (): string => `ak_${randomToken(32)}`

/** What is stored of a key. Random keys of this length need no salt and no slow hash. */
export const hashOfKey = (text: string): Buffer => createHash('sha256').update(text).digest()
