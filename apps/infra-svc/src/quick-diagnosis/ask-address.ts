import { isIP } from 'node:net'
import { assertAddressAllowed, guardedLookup, type OutboundRules } from '@akashic/shared/outbound'
import { Agent, request } from 'undici'

/** Asks an address outside and lets go of what it answers. Addresses that checks may not go to are refused.
 *  @returns the status of the answer. */
export async function askAddress(url: string, signal: AbortSignal, rules: OutboundRules): Promise<number> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  // An address that is given literally is never looked up.
  if (isIP(host) !== 0) assertAddressAllowed(host, host, rules.allowHosts)
  const dispatcher = new Agent({ connect: { lookup: guardedLookup(rules) } })
  try {
    const { statusCode, body } = await request(url, {
      method: 'GET',
      signal,
      dispatcher,
      headers: { 'user-agent': 'akashic' },
    })
    body.destroy()
    return statusCode
  } finally {
    await dispatcher.destroy()
  }
}
