import { isIP, type LookupFunction } from 'node:net'
import type { AiProvider } from '@akashic/config'
import { assertAddressAllowed, guardedLookup, type OutboundRules } from '@akashic/shared/outbound'
import { Agent, type Dispatcher } from 'undici'
import { addressOf, credentialsOf, type UpstreamPath } from './address.ts'
import { AttemptCut } from './classify-throw.ts'

export interface UpstreamCall {
  readonly path: UpstreamPath
  /** As the provider knows it; null for the list of models. */
  readonly model: string | null
  /** JSON; null for a GET. */
  readonly body: Buffer | string | null
  /** Passed on from the caller. */
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

export interface UpstreamAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Ends with an error after `timeouts.idle` without a byte. */
  readonly body: Dispatcher.ResponseData['body']
}

/** Calls providers over connections that are kept. */
export interface Upstream {
  /** One attempt: no retry, no redirect.
   *  @throws what `classifyThrow` reads. */
  send(provider: AiProvider, call: UpstreamCall): Promise<UpstreamAnswer>
  /** Lets the connections of all others go, once what is under way over them is done. */
  keepOnly(providers: readonly AiProvider[]): void
  close(): Promise<void>
}

export interface UpstreamDeps {
  readonly outbound: () => OutboundRules
}

const keepAliveMs = 30_000

/** One pool of connections for each provider's address, as large as `proxy.maxConcurrent` and the queue let it grow. */
export function createUpstream({ outbound }: UpstreamDeps): Upstream {
  const agents = new Map<string, Agent>()
  const lookup: LookupFunction = (host, options, callback) => guardedLookup(outbound())(host, options, callback)

  function agentOf(provider: AiProvider): Agent {
    const key = keyOf(provider)
    const { timeouts } = provider
    const present = agents.get(key)
    if (present) return present
    const agent = new Agent({
      connect: { timeout: timeouts.connect, lookup },
      keepAliveTimeout: keepAliveMs,
      bodyTimeout: timeouts.idle,
      maxResponseSize: -1,
    })
    agents.set(key, agent)
    return agent
  }

  return {
    send: async (provider, call) => {
      const url = addressOf(provider, call.path, call.model)
      assertHostAllowed(url.hostname.replace(/^\[|\]$/g, ''), outbound())
      // The first byte counts from when the request is written; this bounds the wait for a connection as well.
      const late = new AbortController()
      const timer = setTimeout(
        () => late.abort(new AttemptCut('first_byte_timeout')),
        provider.timeouts.connect + provider.timeouts.firstByte,
      )
      const passOn = () => late.abort(call.signal.reason)
      if (call.signal.aborted) passOn()
      call.signal.addEventListener('abort', passOn, { once: true })
      try {
        const { statusCode, headers, body } = await agentOf(provider).request({
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: call.body === null ? 'GET' : 'POST',
          body: call.body,
          headers: headersOf(provider, call),
          headersTimeout: provider.timeouts.firstByte,
          signal: late.signal,
        })
        body.once('close', () => call.signal.removeEventListener('abort', passOn))
        return { status: statusCode, headers: single(headers), body }
      } catch (error) {
        call.signal.removeEventListener('abort', passOn)
        throw late.signal.aborted ? late.signal.reason : error
      } finally {
        clearTimeout(timer)
      }
    },
    keepOnly: (providers) => {
      const kept = new Set(providers.map(keyOf))
      for (const [key, agent] of agents) {
        if (kept.has(key)) continue
        agents.delete(key)
        agent.close().catch(() => undefined)
      }
    },
    close: async () => {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()))
      agents.clear()
    },
  }
}

const keyOf = ({ name, timeouts }: AiProvider): string => `${name} ${timeouts.connect} ${timeouts.idle}`

/** A name is looked at when it is looked up. */
function assertHostAllowed(host: string, { allowHosts }: OutboundRules): void {
  if (isIP(host) !== 0) assertAddressAllowed(host, host, allowHosts)
}

function headersOf(provider: AiProvider, call: UpstreamCall): Record<string, string> {
  return {
    ...call.headers,
    'accept-encoding': 'identity',
    ...(call.body !== null && { 'content-type': 'application/json' }),
    ...credentialsOf(provider, call.path),
  }
}

/** Of a header that came twice, the last. */
function single(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const single: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    const last = Array.isArray(value) ? value.at(-1) : value
    if (last !== undefined) single[name] = last
  }
  return single
}
