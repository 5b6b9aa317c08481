import { Metadata } from '@grpc/grpc-js'
import { currentTraceparent } from '../telemetry/index.ts'
import type { Outgoing } from './clients.ts'
import { authorizationKey, requestIdKey, traceparentKey } from './metadata-keys.ts'
import type { CallOptions } from './index.ts'

/** On whose behalf the call is made, within which request and trace. */
export async function outgoingMetadata(outgoing: Outgoing, options: CallOptions): Promise<Metadata> {
  const metadata = new Metadata()
  metadata.set(authorizationKey, `Bearer ${await outgoing.signToken(options.principal)}`)
  if (options.requestId) metadata.set(requestIdKey, options.requestId)
  const traceparent = currentTraceparent()
  if (traceparent !== null) metadata.set(traceparentKey, traceparent)
  return metadata
}
