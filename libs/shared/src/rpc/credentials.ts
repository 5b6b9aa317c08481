import { readFileSync } from 'node:fs'
import { ChannelCredentials, ServerCredentials } from '@grpc/grpc-js'
import { OpsError } from '../errors/index.ts'

/** Files in PEM. Both sides present a certificate and verify the other's against the same authority. */
export interface RpcTls {
  readonly certFile: string
  readonly keyFile: string
  readonly caFile: string
}

/** @throws OpsError failed_precondition when a file cannot be read */
export function serverCredentials(tls: RpcTls | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure()
  const pair = { cert_chain: read(tls.certFile), private_key: read(tls.keyFile) }
  return ServerCredentials.createSsl(read(tls.caFile), [pair], true)
}

/** @throws OpsError failed_precondition when a file cannot be read */
export function channelCredentials(tls: RpcTls | undefined): ChannelCredentials {
  if (tls === undefined) return ChannelCredentials.createInsecure()
  return ChannelCredentials.createSsl(read(tls.caFile), read(tls.keyFile), read(tls.certFile))
}

function read(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new OpsError('failed_precondition', `cannot read ${file}, needed for TLS between services`, { cause })
  }
}
