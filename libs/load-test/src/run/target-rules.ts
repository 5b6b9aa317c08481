import { isIP } from 'node:net'
import { assertAddressAllowed } from '@akashic/shared/outbound'
import type { LoadTest } from '../scenario/load-test.ts'

/** Where a load test may send requests. */
export interface TargetPolicy {
  /** Origins that may be loaded, such as `http://127.0.0.1:8080`; null: those that the test names. */
  readonly allowedOrigins: readonly string[] | null
  /** Hosts whose addresses may be reached although they are forbidden as usual, such as link-local ones. */
  readonly allowHosts: readonly string[]
}

/** A test that may not be run as it is. */
export class TargetRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TargetRefused'
  }
}

/** The origins of a test, once all of them are allowed. Addresses that names lead to are looked at with each connection.
 *  @throws TargetRefused for an origin that is not. */
export function allowedOriginsOf(test: LoadTest, { allowedOrigins, allowHosts }: TargetPolicy): readonly string[] {
  const origins = originsOf(test)
  for (const origin of origins) {
    if (allowedOrigins !== null && !allowedOrigins.includes(origin)) {
      throw new TargetRefused(`${origin} is not among the origins that may be loaded`)
    }
    const host = new URL(origin).hostname.replace(/^\[|\]$/g, '')
    if (isIP(host) === 0) continue
    try {
      assertAddressAllowed(host, host, allowHosts)
    } catch (error) {
      throw new TargetRefused(error instanceof Error ? error.message : `${host} may not be reached`)
    }
  }
  return origins
}

/** Of `baseUrl` and of every absolute address. What a template makes is held against these when it is sent. */
export function originsOf({ baseUrl, scenarios }: LoadTest): readonly string[] {
  const urls = scenarios.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'request' ? [step.url] : [])))
  const origins = urls.flatMap((url) => {
    try {
      return [new URL(url.replace(/\{\{[^}]*\}\}/g, 'x'), baseUrl).origin]
    } catch {
      return []
    }
  })
  return [...new Set([new URL(baseUrl).origin, ...origins])]
}
