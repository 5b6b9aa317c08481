import { createPublicKey, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Clock } from '../clock/index.ts'
import { keyIdOf } from './keys.ts'
import type { Principal } from './principal.ts'

/** A token that says who calls, good for `audience` (the full name of a service) and for 60 s. */
export type SignIdentity = (principal: Principal, audience: string) => Promise<string>

export const issuer = 'akashic'
const lifeSeconds = 60

export function createIdentitySigner(privateKey: KeyObject, clock: Clock): SignIdentity {
  const header = { alg: 'EdDSA', kid: keyIdOf(createPublicKey(privateKey)) }
  return ({ id, name, kind, role, scope }, audience) => {
    const issuedAt = Math.floor(clock.now() / 1_000)
    return new SignJWT({ name, kind, role, ...(scope && { scope: [...scope] }) })
      .setProtectedHeader(header)
      .setIssuer(issuer)
      .setSubject(id)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifeSeconds)
      .sign(privateKey)
  }
}
