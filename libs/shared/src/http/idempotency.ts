import { createHash } from 'node:crypto'
import { OpsError } from '../errors/index.ts'

/** An answer as kept for a repeated request. */
export interface KeptReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface IdempotentRequest {
  readonly principalId: string
  /** The Idempotency-Key header. */
  readonly key: string
  /** Digest of what was asked: the same key with another one is refused. */
  readonly fingerprint: Buffer
  /** The caller's credential: the kept answer is sealed with it, since it may hold a secret. */
  readonly credential: string
}

/** The first request with a key runs and keeps its answer; later ones are given that answer. */
export interface IdempotencyStore {
  /** @throws OpsError already_exists when the key came with another request, aborted while the first one still runs. */
  begin(request: IdempotentRequest): Promise<IdempotencyTurn>
}

export type IdempotencyTurn =
  | { readonly kind: 'replay'; readonly reply: KeptReply }
  | {
      readonly kind: 'run'
      keep(reply: KeptReply): Promise<void>
      /** Forgets the request, so that it may be tried again. */
      forget(): Promise<void>
    }

/** Digest of method, path with query, and body. */
export function fingerprintOf(method: string, url: string, body: Buffer): Buffer {
  return createHash('sha256').update(`${method} ${url}\n`).update(body).digest()
}

/** @throws OpsError invalid_argument when `key` is not 1 to 255 visible ASCII characters. */
export function checkIdempotencyKey(key: string): string {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw new OpsError('invalid_argument', 'Idempotency-Key must be 1 to 255 visible ASCII characters.', {
    fields: [{ pointer: '/header/idempotency-key', detail: 'must be 1 to 255 visible ASCII characters' }],
  })
}
