import type { KeyObject } from 'node:crypto'
import { jwtVerify, type JWTHeaderParameters } from 'jose'
import { z } from 'zod'
import type { Clock } from '../clock/index.ts'
import { OpsError } from '../errors/index.ts'
import { keyIdOf } from './keys.ts'
import { issuer } from './sign.ts'
import { roles, type Principal } from './principal.ts'

/** Who a token speaks for.
 *  @throws OpsError unauthenticated when it is expired, for another audience, or signed by a stranger */
export type VerifyIdentity = (token: string, audience: string) => Promise<Principal>

/** Clocks of the two machines may differ by this much. */
const toleranceSeconds = 30

const claims = z.object({
  sub: z.string().min(1),
  name: z.string(),
  kind: z.enum(['person', 'service']),
  role: z.enum(roles),
  scope: z.array(z.string()).optional(),
})

export function createIdentityVerifier(publicKeys: readonly KeyObject[], clock: Clock): VerifyIdentity {
  const byId = new Map(publicKeys.map((key) => [keyIdOf(key), key]))
  const keyOf = (header: JWTHeaderParameters): KeyObject => {
    const key = byId.get(header.kid ?? '')
    if (key === undefined) throw new OpsError('unauthenticated', 'the identity token is signed by an unknown key')
    return key
  }
  return async (token, audience) => {
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: ['EdDSA'],
        issuer,
        audience,
        requiredClaims: ['iat', 'exp'],
        maxTokenAge: 60,
        clockTolerance: toleranceSeconds,
        currentDate: new Date(clock.now()),
      })
      const { sub, ...rest } = claims.parse(payload)
      return { id: sub, ...rest }
    } catch (cause) {
      throw cause instanceof OpsError
        ? cause
        : new OpsError('unauthenticated', 'the identity token is not valid', { cause })
    }
  }
}
