import { readFileSync } from 'node:fs'
import { ChannelCredentials, ServerCredentials } from '@grpc/grpc-js'

/** Files in PEM. Both sides present a certificate and verify the other's against the same authority. */
export interface RpcTls {
  readonly certFile: string
  readonly keyFile: string
  readonly caFile: string
}

export function serverCredentials(tls: RpcTls | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure()
  const pair = { cert_chain: readFileSync(tls.certFile), private_key: readFileSync(tls.keyFile) }
  return ServerCredentials.createSsl(readFileSync(tls.caFile), [pair], true)
}

export function channelCredentials(tls: RpcTls | undefined): ChannelCredentials {
  if (tls === undefined) return ChannelCredentials.createInsecure()
  return ChannelCredentials.createSsl(readFileSync(tls.caFile), readFileSync(tls.keyFile), readFileSync(tls.certFile))
}
