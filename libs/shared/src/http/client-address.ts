import type { IncomingMessage } from 'node:http'
import proxyAddress from 'proxy-addr'
import { OpsError } from '../errors/index.ts'

/** Who really calls: the last hop of X-Forwarded-For that is not one of the trusted proxies.
 *  @param trustedProxies addresses and CIDR ranges; empty: the header is not believed at all.
 *  @throws OpsError invalid_argument when one of them is no address. */
export function clientAddressOf(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  if (trustedProxies.length === 0) return (request) => request.socket.remoteAddress ?? ''
  const trust = compile(trustedProxies)
  return (request) => {
    try {
      return proxyAddress(request, trust)
    } catch {
      return request.socket.remoteAddress ?? ''
    }
  }
}

function compile(trustedProxies: readonly string[]): (address: string, hop: number) => boolean {
  try {
    return proxyAddress.compile([...trustedProxies])
  } catch (error) {
    throw new OpsError('invalid_argument', `TRUSTED_PROXIES must be addresses or CIDR ranges: ${String(error)}`)
  }
}
