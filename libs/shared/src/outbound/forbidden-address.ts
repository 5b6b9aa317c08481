import ipaddr from 'ipaddr.js'
import { OpsError } from '../errors/index.ts'

/** Link-local networks, and the addresses at which clouds tell a machine its credentials. */
const forbiddenNetworks = [
  '169.254.0.0/16', // link-local; AWS, GCP, Azure, DigitalOcean, ECS metadata
  '100.100.100.200/32', // Alibaba Cloud
  '192.0.0.192/32', // Oracle Cloud
  '168.63.129.16/32', // Azure's wire server
  'fe80::/10', // link-local
  'fd00:ec2::/32', // AWS over IPv6
  'fd20:ce::254/128', // GCP over IPv6
].map((network) => ipaddr.parseCIDR(network))

/** Whether `address` is one that no check, webhook or load test may reach. What is no address counts as forbidden. */
export function isForbiddenAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return true
  return spellings(ipaddr.parse(address)).some((spelling) =>
    forbiddenNetworks.some(([network, bits]) => spelling.kind() === network.kind() && spelling.match(network, bits)),
  )
}

/** The address itself and the IPv4 address that it carries: mapped and compatible (RFC 4291), translated (RFC 6052,
 *  RFC 8215) or tunnelled by 6to4 (RFC 3056). */
function spellings(address: ipaddr.IPv4 | ipaddr.IPv6): (ipaddr.IPv4 | ipaddr.IPv6)[] {
  if (!(address instanceof ipaddr.IPv6)) return [address]
  const bytes = address.toByteArray()
  const carried = address.range() === '6to4' ? bytes.slice(2, 6) : bytes.slice(12)
  const carriesIpv4 =
    address.range() === '6to4' ||
    bytes.slice(0, 10).every((byte) => byte === 0) ||
    (bytes[0] === 0 && bytes[1] === 0x64 && bytes[2] === 0xff && bytes[3] === 0x9b)
  return carriesIpv4 ? [address, ipaddr.fromByteArray(carried)] : [address]
}

/** @param host how the address was reached; `allowHosts` may name it, or the address.
 *  @throws OpsError permission_denied when the address is forbidden and not allowed by name. */
export function assertAddressAllowed(address: string, host: string, allowHosts: readonly string[]): void {
  if (!isForbiddenAddress(address) || allowHosts.includes(host) || allowHosts.includes(address)) return
  throw new OpsError('permission_denied', `${address} is a link-local or cloud metadata address: not allowed`)
}
