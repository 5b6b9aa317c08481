import { lookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { assertAddressAllowed } from './forbidden-address.ts'

export interface OutboundRules {
  /** Hosts or addresses allowed although forbidden by default. */
  readonly allowHosts: readonly string[]
}

type Waiter = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void

/** Lookups under way, by family and name. getaddrinfo holds one of few threads and cannot be cancelled: a name whose
 *  servers are silent must hold one thread, not one for each check that asks for it. */
const underWay = new Map<string, Waiter[]>()

function lookUpOnce(host: string, family: number, waiter: Waiter): void {
  const key = `${family} ${host}`
  const waiters = underWay.get(key)
  if (waiters) {
    waiters.push(waiter)
    return
  }
  underWay.set(key, [waiter])
  lookup(host, { all: true, family }, (error, addresses) => {
    const done = underWay.get(key) ?? []
    underWay.delete(key)
    for (const each of done) each(error, addresses)
  })
}

/** A `lookup` for sockets that refuses a name when any of its addresses is forbidden.
 *  An address given literally is never looked up: pass it to {@link assertAddressAllowed}. */
export function guardedLookup(rules: OutboundRules): LookupFunction {
  return (host, options, callback) => {
    lookUpOnce(host, familyOf(options.family), (error, addresses) => {
      const [first] = addresses ?? []
      if (error || !first) {
        callback(error ?? new Error(`no address for ${host}`), [])
        return
      }
      try {
        for (const { address } of addresses) assertAddressAllowed(address, host, rules.allowHosts)
      } catch (refusal) {
        callback(refusal as Error, [])
        return
      }
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

function familyOf(family: number | 'IPv4' | 'IPv6' | undefined): number {
  if (family === 'IPv4') return 4
  if (family === 'IPv6') return 6
  return family ?? 0
}
