import type { IncomingMessage, ServerResponse } from 'node:http'
import { startHttp } from '../../real/http.ts'
import type { HttpServer } from '../../real/http.ts'

export interface FakeOpenAi extends HttpServer {
  /** To be used as a base URL. */
  readonly baseUrl: string
}

interface Options {
  readonly apiKey: string
  readonly models: readonly string[]
  /** Requests a key may make in all before it is told to wait. */
  readonly requestLimit?: number
  /** The account has no money left: every request is refused. */
  readonly isOutOfQuota?: boolean
}

/** The list of models of an OpenAI-compatible API, with the errors of the real one: keys are checked, requests counted. */
export async function startFakeOpenAi(options: Options): Promise<FakeOpenAi> {
  let requests = 0
  const server = await startHttp((request, response) => {
    if (request.headers.authorization !== `Bearer ${options.apiKey}`) {
      return refuse(response, 401, 'invalid_request_error', 'invalid_api_key', 'Incorrect API key provided')
    }
    if (options.isOutOfQuota) {
      return refuse(response, 429, 'insufficient_quota', 'insufficient_quota', 'You exceeded your current quota')
    }
    if (++requests > (options.requestLimit ?? Infinity)) {
      response.setHeader('retry-after', '20')
      return refuse(response, 429, 'requests', 'rate_limit_exceeded', 'Rate limit reached')
    }
    if (!asksForModels(request)) return refuse(response, 404, 'invalid_request_error', null, 'Invalid URL')
    const data = options.models.map((id) => ({ id, object: 'model', created: 1_686_935_002, owned_by: 'openai' }))
    answer(response, 200, { object: 'list', data })
  })
  return { ...server, baseUrl: `${server.url}/v1` }
}

function asksForModels({ method, url }: IncomingMessage): boolean {
  return method === 'GET' && url === '/v1/models'
}

function refuse(response: ServerResponse, status: number, type: string, code: string | null, message: string): void {
  answer(response, status, { error: { message, type, param: null, code } })
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
