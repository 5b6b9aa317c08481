import type { Request, Response } from 'express'
import { OpsError } from '../errors/index.ts'
import type { ErrorCode } from '../errors/index.ts'
import { roleIncludes } from '../identity/index.ts'
import type { Principal, Role } from '../identity/index.ts'
import { inSpan } from '../telemetry/index.ts'
import type { HttpAppOptions } from './app.ts'
import { checkIdempotencyKey, fingerprintOf } from './idempotency.ts'
import type { KeptReply } from './idempotency.ts'
import { etagOf, isNotModified, requireVersion } from './preconditions.ts'
import { readJsonBody } from './read-body.ts'
import type { JsonBody } from './read-body.ts'
import type { OperatorRequest, Reply, Route } from './route.ts'
import { parseOrRefuse } from './validate.ts'

type AnyRequest = OperatorRequest<unknown, unknown, unknown>

/** Serves one request of `route`: caller, body, validation, preconditions, the verb, the answer. */
export async function serveRoute(
  route: Route,
  request: Request,
  response: Response,
  options: HttpAppOptions,
): Promise<void> {
  // Made first: a caller that leaves while its key is looked up is not waited for.
  const leaving = signalOf(response)
  const address = options.addressOf(request)
  if (!route.role) await options.limitPublic(address)
  const { authorization, traceparent } = request.headers
  const admit = async (role: Role): Promise<Principal> => {
    const caller = await options.authenticate(authorization, address)
    if (roleIncludes(caller.role, role)) return caller
    throw new OpsError('permission_denied', `This needs the role ${role}; your key has ${caller.role}.`)
  }
  const principal = route.role ? await admit(route.role) : undefined
  const body = route.method === 'GET' ? noBody : await readJsonBody(request, options.bodyLimitBytes())
  const parsed = {
    params: route.params ? parseOrRefuse(route.params, { ...request.params }, '/path') : undefined,
    query: parseQuery(route, request),
    body: parseBody(route, body),
  }

  if (principal?.scope) checkScope(route, principal, parsed)
  const requestId = String(response.getHeader('x-request-id'))
  const key = route.method === 'POST' ? request.headers['idempotency-key'] : undefined
  const asked = {
    ...parsed,
    sent: body.value,
    requestId,
    address,
    lastEventId: request.get('last-event-id'),
    // What a key makes happen once goes on although the caller has left: it will ask again.
    signal: key === undefined ? leaving : new AbortController().signal,
    principal,
    actor: { principal, requestId },
    checkKey: async () => void (route.role && (await admit(route.role))),
    idempotencyKey: key,
    version: route.needsVersion ? requireVersion(request.headers) : 0,
  } as AnyRequest
  const run = (): Promise<Reply> =>
    inSpan(`${route.method} ${route.path}`, typeof traceparent === 'string' ? traceparent : null, () =>
      route.serve(asked as never),
    )
  if (principal && typeof key === 'string') {
    const kept = await runOnce(run, { principal, key, request, body, options, response })
    return sendKept(response, kept)
  }
  sendReply(request, response, await run())
}

const noBody: JsonBody = { value: undefined, bytes: Buffer.alloc(0) }

function parseQuery(route: Route, request: Request): unknown {
  const start = request.url.indexOf('?')
  const search = new URLSearchParams(start < 0 ? '' : request.url.slice(start + 1))
  const given = Object.fromEntries(search)
  for (const name of Object.keys(given)) {
    if (search.getAll(name).length > 1) refuseField(`/query/${name}`, 'is given more than once')
    if (!route.query) refuseField(`/query/${name}`, 'is not a known parameter')
  }
  return route.query ? parseOrRefuse(route.query, given, '/query') : undefined
}

function parseBody(route: Route, body: JsonBody): unknown {
  if (route.body) return parseOrRefuse(route.body, body.value, '')
  if (body.value !== undefined) refuseField('', 'is not wanted: this route takes no body')
  return undefined
}

function refuseField(pointer: string, detail: string): never {
  throw new OpsError('invalid_argument', `${pointer === '' ? 'The body' : pointer} ${detail}.`, {
    fields: [{ pointer, detail }],
  })
}

function checkScope(
  route: Route,
  principal: Principal,
  parsed: { params: unknown; query: unknown; body: unknown },
): void {
  const touched = route.scopedTo?.(parsed as never)
  if (!touched) throw new OpsError('permission_denied', 'This key is limited to some components; this route is not.')
  if (touched.some((id) => !principal.scope!.includes(id))) {
    throw new OpsError('permission_denied', 'This key is limited to other components than that.')
  }
}

function signalOf(response: Response): AbortSignal {
  const controller = new AbortController()
  if (response.closed || response.destroyed) controller.abort()
  response.once('close', () => controller.abort())
  return controller.signal
}

interface OnceContext {
  readonly principal: Principal
  readonly key: string
  readonly request: Request
  readonly response: Response
  readonly body: JsonBody
  readonly options: HttpAppOptions
}

/** Refusals that come before anything was done. After any other failure the outcome is unknown. */
const refusals: ReadonlySet<ErrorCode> = new Set([
  'invalid_argument',
  'failed_precondition',
  'out_of_range',
  'unauthenticated',
  'permission_denied',
  'not_found',
  'already_exists',
  'aborted',
  'resource_exhausted',
  'unimplemented',
])

/** Runs the verb unless this key has an answer already. A refusal is forgotten, so that the request may be mended and sent
 *  again; where the outcome is unknown the key stays taken, so that a repetition does nothing twice. */
async function runOnce(run: () => Promise<Reply | KeptReply>, context: OnceContext): Promise<KeptReply> {
  const { principal, key, request, body, options } = context
  const turn = await options.idempotency.begin({
    principalId: principal.id,
    key: checkIdempotencyKey(key),
    fingerprint: fingerprintOf(request.method, request.originalUrl, body.bytes),
    credential: request.headers.authorization ?? '',
  })
  if (turn.kind === 'replay') {
    context.response.setHeader('idempotency-replayed', 'true')
    return turn.reply
  }
  let reply: KeptReply
  try {
    reply = keptOf(await run())
  } catch (error) {
    if (error instanceof OpsError && refusals.has(error.code)) {
      await turn.forget().catch((cause: unknown) => options.log.warn({ err: cause }, 'an idempotency key stays taken'))
    }
    throw error
  }
  await turn.keep(reply).catch((cause: unknown) => options.log.warn({ err: cause }, 'an answer could not be kept'))
  return reply
}

function keptOf(reply: Reply): KeptReply {
  const body = reply.body === undefined ? '' : JSON.stringify(reply.body)
  return { status: reply.status ?? (body === '' ? 204 : 200), headers: headersOf(reply), body }
}

function headersOf(reply: Reply): Record<string, string> {
  const headers: Record<string, string> = { 'cache-control': 'no-store', ...reply.headers }
  if (reply.version !== undefined) headers.etag = etagOf(reply.version)
  return headers
}

function sendKept(response: Response, { status, headers, body }: KeptReply): void {
  response.set(headers).status(status)
  if (body === '') response.end()
  else response.type('application/json').send(body)
}

function sendReply(request: Request, response: Response, reply: Reply): void {
  if (reply.stream !== undefined) {
    response.locals.isStream = true
    response.set(headersOf(reply)).status(reply.status ?? 200)
    return request.method === 'HEAD' ? void response.end() : reply.stream(response)
  }
  if (reply.content === undefined) {
    const kept = keptOf(reply)
    const etag = kept.headers.etag
    const isCurrent =
      request.method === 'GET' && etag !== undefined && isNotModified(request.headers['if-none-match'], etag)
    return isCurrent ? void response.set(kept.headers).status(304).end() : sendKept(response, kept)
  }
  response.set(headersOf(reply)).status(reply.status ?? 200)
  response.type(reply.content.type).send(reply.content.bytes)
}
