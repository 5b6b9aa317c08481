import { uuidv7 } from '@akashic/shared/ids'
import { CliError } from '../cli-error.ts'
import { findAccess, type Access } from './credentials.ts'

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** False for what anybody may read. */
  readonly needsKey?: boolean
  /** What is being tried, for the error: `Reading the audit`. */
  readonly trying: string
}

/** The REST API of a server. */
export interface Api {
  readonly access: Access
  /** The JSON of the answer. @throws CliError */
  call<T>(request: ApiRequest): Promise<T>
  /** The answer itself, for streams. @throws CliError when there is none. */
  open(request: ApiRequest, signal: AbortSignal): Promise<Response>
}

const deadlineMs = 10_000

/** @param dataDir folder that may hold the key of a server on this machine */
export async function openApi(env: Readonly<Record<string, string | undefined>>, dataDir: string): Promise<Api> {
  const access = await accessOrComplain(env, dataDir)
  const open = (request: ApiRequest, signal: AbortSignal) => send(access, request, signal)
  return {
    access,
    open,
    async call<T>(request: ApiRequest): Promise<T> {
      const response = await open(request, AbortSignal.timeout(deadlineMs))
      if (response.status === 204) return undefined as T
      try {
        return (await response.json()) as T
      } catch (cause) {
        throw new CliError(request.trying, `${access.url.origin} answered something that is not JSON`, {
          next: ['Check that AKASHIC_URL is the address of an Akashic server.'],
          cause,
        })
      }
    },
  }
}

async function accessOrComplain(env: Readonly<Record<string, string | undefined>>, dataDir: string): Promise<Access> {
  try {
    return await findAccess(env, dataDir)
  } catch (cause) {
    throw new CliError('Looking for the server', 'AKASHIC_URL is not a URL', {
      next: ['export AKASHIC_URL=http://127.0.0.1:8080'],
      cause,
    })
  }
}

async function send(access: Access, request: ApiRequest, signal: AbortSignal): Promise<Response> {
  const needsKey = request.needsKey ?? true
  if (needsKey && access.key === null) throw noKey(access, request)
  const url = new URL(request.path, access.url)
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  const hasBody = request.body !== undefined
  const response = await fetch(url, {
    method: request.method ?? 'GET',
    redirect: 'error',
    signal,
    headers: {
      accept: 'application/json, text/event-stream',
      ...(needsKey ? { authorization: `Bearer ${access.key}` } : {}),
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
      ...(request.method === 'POST' ? { 'idempotency-key': uuidv7() } : {}),
      ...request.headers,
    },
    ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
  }).catch((error: unknown) => {
    throw unreachable(access, request, error)
  })
  if (!response.ok) throw await refusal(access, request, response)
  return response
}

function noKey({ keySource }: Access, { trying }: ApiRequest): CliError {
  return new CliError(trying, `there is no API key (${keySource})`, {
    next: ['export AKASHIC_API_KEY=ak_...', 'Or run this in the folder that the server was started in.'],
  })
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'the name does not resolve',
  EAI_AGAIN: 'the name does not resolve now',
  ECONNRESET: 'the connection broke',
  EHOSTUNREACH: 'no way to that host',
  ENETUNREACH: 'no way to that network',
}

function unreachable({ url }: Access, { trying }: ApiRequest, error: unknown): CliError {
  const { name, cause } = error as { readonly name?: string; readonly cause?: NodeJS.ErrnoException }
  const isLate = name === 'TimeoutError'
  const code = cause?.code
  const reason = isLate
    ? `no answer within ${deadlineMs / 1_000} s`
    : (reasons[code ?? ''] ?? cause?.message ?? 'no connection')
  return new CliError(trying, `could not reach ${url.origin}: ${reason}`, {
    next: [
      'npm start                               # start it on this machine',
      'export AKASHIC_URL=https://host:port    # or say where it runs',
    ],
    cause: error,
  })
}

interface ProblemDocument {
  readonly code?: string
  readonly title?: string
  readonly detail?: string
  readonly requestId?: string
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
}

async function refusal({ url, keySource }: Access, { trying }: ApiRequest, response: Response): Promise<CliError> {
  const isProblem = response.headers.get('content-type')?.includes('problem+json') === true
  const problem = isProblem ? ((await response.json().catch(() => ({}))) as ProblemDocument) : {}
  const happened = problem.detail ?? problem.title ?? `${url.origin} answered ${response.status}`
  const news = problem.errors?.filter((field) => !happened.includes(field.detail)) ?? []
  const fields = news.map((field) => `${field.pointer}: ${field.detail}`)
  return new CliError(trying, happened, {
    details: [...fields, ...(response.status >= 500 && problem.requestId ? [`request id ${problem.requestId}`] : [])],
    status: response.status,
    next: adviceFor(response.status, isProblem ? (problem.code ?? '') : null, keySource),
  })
}

/** @param code of the problem document; null when the answer was none */
function adviceFor(status: number, code: string | null, keySource: string): string[] {
  if (code === null) return ['Check that AKASHIC_URL is the address of an Akashic server.']
  if (status === 401) return [`The key came from ${keySource}. Ask an admin for a new one: akashic key rotate <id>`]
  if (status === 403) return ['akashic key list    # roles: viewer, operator, responder, approver, admin']
  if (code === 'aborted') return ['Somebody changed it meanwhile: look at it again, then run this again.']
  if (status === 429) return ['Wait a minute: too many requests came from this address.']
  if (status === 503) return ['akashic status      # is the server whole?', 'Then run this again.']
  return []
}
