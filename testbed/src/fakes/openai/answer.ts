import { badRequest, notFound, wrongKey } from './api-error.ts'
import { chat } from './chat.ts'
import { embeddings } from './embeddings.ts'
import type { Exchange } from './exchange.ts'
import { refusalOf, retryAfterOf } from './faults.ts'
import { models } from './models.ts'
import { sendError, sendPlain } from './plain.ts'
import type { Outcome } from './provider.ts'
import { rateLimitHeaders } from './rate-limit-headers.ts'
import type { Route } from './route.ts'
import { sendStream } from './stream.ts'

/** Answers one call, by script where one says how. Its work is done when it comes, so that it counts as executed though the
 *  client leaves before the answer. */
export async function answer(exchange: Exchange, route: Route | undefined): Promise<void> {
  const { provider, fate } = exchange
  const { fault } = fate
  if (fault?.name === 'reset' || fault?.name === 'hang') {
    if (fault.executes) work(exchange, route)
    return fault.name === 'reset' ? exchange.reset() : undefined
  }
  const refusal = fault && refusalOf(provider.kind, fault)
  const outcome = refusal || fault?.name === 'html_502' ? undefined : work(exchange, route)
  const delayMs = provider.latencyMs + fate.headDelayMs
  if (delayMs > 0) await exchange.pause(delayMs)
  if (exchange.isOver) return
  const headers = commonHeaders(exchange)
  if (refusal) return sendError(exchange, refusal, { ...headers, ...retryAfterOf(fault) })
  if (!outcome) return sendHtml(exchange)
  if ('error' in outcome) return sendError(exchange, outcome.error, { ...headers, ...outcome.headers })
  if ('completion' in outcome) return sendStream(exchange, outcome.completion, outcome.includeUsage, headers)
  if (fate.firstTokenDelayMs > 0) await exchange.pause(fate.firstTokenDelayMs)
  return sendPlain(exchange, outcome.value, headers)
}

function work(exchange: Exchange, route: Route | undefined): Outcome {
  const { provider, call } = exchange
  if (call.authorization !== 'right') return { error: wrongKey(call.authorization === 'missing') }
  if (route && route.endpoint !== 'models' && (typeof call.body !== 'object' || call.body === null)) {
    return { error: badRequest('The body of the request is not a JSON object.') }
  }
  if (route?.endpoint === 'models') return models(provider, exchange, route.model)
  if (route?.endpoint === 'chat') return chat(provider, exchange, route.model)
  if (route?.endpoint === 'embeddings') return embeddings(provider, exchange, route.model)
  return { error: notFound(call.method, call.path) }
}

/** The id of the request, and what there is of the limits. */
function commonHeaders({ provider: { kind, limits, clock, nextId } }: Exchange): Record<string, string> {
  const id = nextId('req_')
  const now = clock.now()
  const headers = rateLimitHeaders(kind, limits.levels(now), now)
  headers[
    { openai: 'x-request-id', self_hosted: 'x-request-id', azure: 'apim-request-id', anthropic: 'request-id' }[kind]
  ] = id
  return headers
}

/** As a proxy in front of the provider answers when it cannot reach it. */
function sendHtml(exchange: Exchange): void {
  const page = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>'
  exchange.head(502, { 'content-type': 'text/html', 'content-length': page.length })
  exchange.end(page)
}
