import type { InfraSettings } from '@akashic/config'
import { mostVusOf, originsOf, type LoadTest } from '@akashic/load-test'
import { isIPv6 } from 'node:net'
import { OpsError } from '@akashic/shared/errors'
import type { KnownComponent } from '../component/known-components.ts'

export type LoadTestSettings = InfraSettings['loadTests']

/** The components whose own addresses a test would load: where people reach them, and where they are checked. */
export function loadedComponents(test: LoadTest, components: readonly KnownComponent[]): readonly KnownComponent[] {
  const loaded = new Set(originsOf(test).map(hostAndPort))
  return components.filter((component) =>
    addressesOf(component).some((url) => URL.canParse(url) && loaded.has(hostAndPort(url))),
  )
}

function addressesOf({ targets, checks = [] }: KnownComponent): readonly string[] {
  const checked = checks.flatMap((check) => {
    switch (check.kind) {
      case 'http':
        return check.url
      case 'openai':
        return check.baseUrl
      case 'tcp':
      case 'tls':
      case 'grpc':
        return `http://${isIPv6(check.host) ? `[${check.host}]` : check.host}:${check.port}`
      default:
        return []
    }
  })
  return targets?.url === undefined ? checked : [targets.url, ...checked]
}

function hostAndPort(url: string): string {
  const { hostname, port, protocol } = new URL(url)
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`
}

/** Whether a test may be run from here now: where it may go, how much it may do, and when what people use may be loaded.
 *  @throws OpsError failed_precondition or invalid_argument that says which rule it breaks. */
export function assertMayRun(
  test: LoadTest,
  components: readonly KnownComponent[],
  { allowedOrigins, productionHours, maxRequests, maxDuration, maxVus }: LoadTestSettings,
  nowMs: number,
): void {
  for (const origin of originsOf(test)) {
    if (allowedOrigins.includes(origin)) continue
    throw new OpsError('failed_precondition', `${origin} is not among infra.loadTests.allowedOrigins.`)
  }
  const { limits, scenarios } = test
  const vus = scenarios.reduce((sum, { executor }) => sum + mostVusOf(executor), 0)
  if (limits.maxRequests > maxRequests) throw tooMuch(`limits.maxRequests must be at most ${maxRequests}`)
  if (limits.maxDurationMs > maxDuration) throw tooMuch(`limits.maxDuration must be at most ${maxDuration / 1_000} s`)
  if (vus > maxVus) throw tooMuch(`the scenarios ask for ${vus} virtual users, and ${maxVus} are allowed`)
  const [used] = loadedComponents(test, components)
  if (used && !isTimeToLoad(productionHours, nowMs)) {
    const when =
      productionHours.length === 0
        ? 'infra.loadTests.productionHours names none'
        : `it may be at ${productionHours.join(', ')} UTC`
    throw new OpsError(
      'failed_precondition',
      `${used.id} is a component that people use, and now is no time to load it: ${when}.`,
    )
  }
}

const tooMuch = (says: string): OpsError => new OpsError('invalid_argument', `The test asks for too much: ${says}.`)

/** Whether what people use may be loaded now. */
export const isTimeToLoad = (productionHours: readonly string[], nowMs: number): boolean =>
  productionHours.some((hours) => isWithin(hours, nowMs))

/** @param hours as `22:00-06:00`, UTC; the end is not within. */
export function isWithin(hours: string, nowMs: number): boolean {
  const [from = 0, to = 0] = hours.split('-').map((time) => {
    const [hour = 0, minute = 0] = time.split(':').map(Number)
    return hour * 60 + minute
  })
  const date = new Date(nowMs)
  const minute = date.getUTCHours() * 60 + date.getUTCMinutes()
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to
}
