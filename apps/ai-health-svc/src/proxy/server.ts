import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { VirtualKey } from '@akashic/config'
import { OpsError } from '@akashic/shared/errors'
import { closeGracefully, listen } from '@akashic/shared/http'
import type { Logger } from 'pino'
import { complete, errorOfInput, type CompleteDeps } from './complete.ts'
import { listModels, showModel } from './list-models.ts'
import { sendError } from './proxy-error.ts'
import { readBody } from './read-body.ts'
import type { VirtualKeys } from './virtual-keys.ts'

export interface ProxyDeps extends CompleteDeps {
  readonly keys: VirtualKeys
  readonly log: Logger
  readonly host: string
  readonly port: number
  /** Told of every request with a key. */
  readonly onArrived: () => void
}

export interface ProxyServer {
  start(): Promise<void>
  stop(deadlineMs: number): Promise<void>
  /** Bound, once started; null before. */
  port(): number | null
}

const headersTimeoutMs = 20_000
const requestTimeoutMs = 120_000

/** The OpenAI-compatible port. */
export function createProxyServer(deps: ProxyDeps): ProxyServer {
  let server: Server | null = null
  let bound: number | null = null
  let open = 0

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path] = (request.url ?? '/').split('?')
    if (request.method === 'GET' && path === '/healthz') return void response.writeHead(200).end('ok')
    const key = deps.keys.of(request.headers.authorization)
    if (!key) return sendError(response, unknownKey)
    deps.onArrived()
    const { proxy } = deps.settings()
    if (open > proxy.maxConcurrent) return sendError(response, busy)
    const post = request.method === 'POST' ? posts[path!] : undefined
    if (post) {
      const body = await readBody(request, proxy.maxBodyBytes)
      if (body === 'too_large') return sendError(response, tooLarge(proxy.maxBodyBytes))
      return complete(deps, post, key, body, request, response)
    }
    if (request.method === 'GET' && answerModels(deps, key, path!, response)) return
    sendError(response, unknownPath(request.method ?? '', path!))
  }

  return {
    start: async () => {
      server = createServer(
        { headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs },
        (request, response) => {
          open += 1
          response.on('close', () => (open -= 1))
          serve(request, response).catch((error: unknown) => answerThrown(deps.log, error, response))
        },
      )
      // Small answers and tokens go out at once.
      server.on('connection', (socket) => socket.setNoDelay(true))
      const { host, port, log } = deps
      bound = (await listen(server, { host, port, variable: 'AI_PROXY_PORT' })).port
      log.info({ host, port: bound }, 'the AI proxy listens')
    },
    stop: async (deadlineMs) => {
      if (server) await closeGracefully(server, deadlineMs)
      server = null
      bound = null
    },
    port: () => bound,
  }
}

const posts: Readonly<Record<string, 'chat' | 'embeddings'>> = {
  '/v1/chat/completions': 'chat',
  '/v1/embeddings': 'embeddings',
}

function answerModels(deps: ProxyDeps, key: VirtualKey, path: string, response: ServerResponse): boolean {
  const { providers } = deps.settings()
  if (path === '/v1/models') {
    sendJson(response, listModels(providers, key))
    return true
  }
  const [, encoded] = /^\/v1\/models\/(.+)$/.exec(path) ?? []
  if (encoded === undefined) return false
  const model = showModel(providers, key, encoded)
  if (model) sendJson(response, model)
  else sendError(response, unknownModel)
  return true
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

function answerThrown(log: Logger, error: unknown, response: ServerResponse): void {
  const isInput = error instanceof OpsError && error.code === 'invalid_argument'
  if (!isInput && !(error instanceof OpsError && error.code === 'cancelled')) {
    log.error({ err: error }, 'a request of the AI proxy failed in an unknown way')
  }
  if (response.headersSent || response.destroyed) return void response.destroy()
  sendError(response, isInput ? errorOfInput(error) : internal)
}

const refusal = (status: number, type: string, code: string | null, message: string) => ({
  ...{ status, type, code, message },
  isRetryOfUse: false,
})
const badRequest = 'invalid_request_error'
const unknownKey = refusal(
  401,
  badRequest,
  'invalid_api_key',
  'No virtual key, or none that is known: send `Authorization: Bearer` with one of `ai.keys`.',
)
const unknownModel = refusal(404, badRequest, 'model_not_found', 'No provider that this key may use has this model.')
const internal = refusal(500, 'server_error', 'internal', 'Something went wrong here; the log says what.')
const busy = {
  ...refusal(503, 'server_error', 'busy', 'Too many requests are under way here.'),
  retryAfterMs: 1_000,
  isRetryOfUse: true,
}
const unknownPath = (method: string, path: string) =>
  refusal(404, badRequest, 'unknown_url', `Unknown request URL: ${method} ${path.slice(0, 200)}.`)
const tooLarge = (bytes: number) =>
  refusal(413, badRequest, 'request_too_large', `The body is larger than ${bytes} bytes, the most that is accepted.`)
