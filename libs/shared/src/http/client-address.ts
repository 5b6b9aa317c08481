import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
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

/** What limits are counted by: an IPv4 address, or the /64 that one holder of IPv6 addresses has. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  const groups = (parsed as ipaddr.IPv6).parts.slice(0, 4).map((group) => group.toString(16))
  return `${groups.join(':')}::/64`
}
