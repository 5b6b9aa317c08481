import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { OpsError } from '@akashic/shared/errors'
import type { Queryable } from '@akashic/shared/postgres'
import { ensureSigningKey } from './signing-key-store.ts'

/** What a link is for: one page, as one person. */
export interface PageLink {
  readonly pageNum: number
  readonly person: string
  readonly expiresAtMs: number
}

const keyName = 'page-link'
const keyBytes = 32
/** 128 bits: nobody guesses one in the life of a link. */
const signatureBytes = 16

/** Signs links by which a person answers a page, and reads them. The key is in the database, so that every replica reads
 *  what another one signed. */
export function createPageLinks({ db }: { readonly db: Queryable }) {
  let key: Promise<Buffer> | null = null
  const signingKey = () => {
    key ??= ensureSigningKey(db, keyName, randomBytes(keyBytes)).catch((error: unknown) => {
      key = null
      throw error
    })
    return key
  }
  const signatureOf = async (payload: string) =>
    createHmac('sha256', await signingKey())
      .update(`${keyName}:${payload}`)
      .digest()
      .subarray(0, signatureBytes)

  return {
    /** The token of a link, safe in a path. */
    sign: async ({ pageNum, person, expiresAtMs }: PageLink): Promise<string> => {
      const payload = `${pageNum.toString(36)}.${Math.ceil(expiresAtMs / 1_000).toString(36)}.${person}`
      return `${payload}.${(await signatureOf(payload)).toString('base64url')}`
    },
    /** What a token is for.
     *  @throws OpsError unauthenticated when it is forged or has expired. */
    read: async (token: string, nowMs: number): Promise<PageLink> => {
      const [, payload, num, expires, person, signature] =
        /^(([0-9a-z]{1,11})\.([0-9a-z]{1,8})\.([a-z0-9-]{1,63}))\.([\w-]{22})$/.exec(token) ?? []
      const given = Buffer.from(signature ?? '', 'base64url')
      const isOurs = payload !== undefined && timingSafeEqual(padded(given), await signatureOf(payload))
      const expiresAtMs = Number.parseInt(expires ?? '0', 36) * 1_000
      if (!isOurs) throw new OpsError('unauthenticated', 'This link is not one of ours.')
      if (expiresAtMs <= nowMs) throw new OpsError('unauthenticated', 'This link has expired.')
      return { pageNum: Number.parseInt(num!, 36), person: person!, expiresAtMs }
    },
  }
}

export type PageLinks = ReturnType<typeof createPageLinks>

const padded = (bytes: Buffer): Buffer => (bytes.length === signatureBytes ? bytes : Buffer.alloc(signatureBytes))
