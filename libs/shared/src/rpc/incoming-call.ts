import type { Metadata, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js'
import { OpsError } from '../errors/index.ts'
import type { Principal } from '../identity/index.ts'
import { authorizationKey, requestIdKey, traceparentKey } from './metadata-keys.ts'

export type ServerCall = ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>

/** Verifies a signed identity made for `audience` (the full name of a service).
 *  @throws OpsError unauthenticated */
export type VerifyToken = (token: string, audience: string) => Promise<Principal>

export const requestIdOf = (metadata: Metadata): string | null => textOf(metadata, requestIdKey)
export const traceparentOf = (metadata: Metadata): string | null => textOf(metadata, traceparentKey)

function textOf(metadata: Metadata, key: string): string | null {
  const value = metadata.get(key)[0]
  return typeof value === 'string' ? value : null
}

/** @throws OpsError unauthenticated when there is no good token. */
export async function principalOf(metadata: Metadata, audience: string, verify: VerifyToken): Promise<Principal> {
  const header = metadata.get(authorizationKey)[0]
  if (typeof header !== 'string' || !header.startsWith('Bearer ')) {
    throw new OpsError('unauthenticated', 'the call carries no identity token')
  }
  return verify(header.slice('Bearer '.length), audience)
}

/** Aborts `controller` when the peer goes away or its deadline passes. */
export function abortWithCall(call: ServerCall, controller: AbortController): void {
  call.on('cancelled', () => controller.abort(new OpsError('cancelled', 'the caller went away')))
}
