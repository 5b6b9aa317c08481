import { isIP } from 'node:net'
import { assertAddressAllowed } from './forbidden-address.ts'
import { guardedLookup } from './guarded-lookup.ts'
import type { OutboundRules } from './guarded-lookup.ts'

/** The address to use for `host`, for clients that take no lookup function of ours.
 *  @throws OpsError permission_denied when it is forbidden; the resolver's error when the name has no address. */
export function resolveGuarded(host: string, rules: OutboundRules): Promise<{ address: string; family: 4 | 6 }> {
  const family = isIP(host)
  if (family !== 0) {
    return Promise.resolve().then(() => {
      assertAddressAllowed(host, host, rules.allowHosts)
      return { address: host, family: family as 4 | 6 }
    })
  }
  return new Promise((resolve, reject) => {
    guardedLookup(rules)(host, {}, (error, address, found) => {
      if (error || typeof address !== 'string') reject(error ?? new Error(`no address for ${host}`))
      else resolve({ address, family: found === 6 ? 6 : 4 })
    })
  })
}
