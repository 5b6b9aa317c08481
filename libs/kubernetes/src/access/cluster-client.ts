import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { KubeConfig } from '@kubernetes/client-node'
import { Agent, request, type Dispatcher } from 'undici'
import { ClusterError, errorOfAnswer, errorOfTransport } from './cluster-error.ts'
import { loadAccess, type ClusterAddress, type KubeAccess } from './kube-access.ts'

export interface AskOptions {
  /** Until the answer is complete; 10 s unless given. */
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
  /** Bytes of an answer at most; 64 MiB unless given. */
  readonly maxBytes?: number
  readonly accept?: string
}

interface SentOptions extends AskOptions {
  readonly isStream?: boolean
}

const usualDeadlineMs = 10_000
const usualMaxBytes = 64 * 2 ** 20
/** Of single requests. Each watch has one of its own besides: their number is that of the kinds that are followed. */
const connections = 16
/** Reviews are questions, although they are posted. */
const reviews =
  /^\/apis\/authorization\.k8s\.io\/v1\/(selfsubject(access|rules)reviews|subjectaccessreviews|namespaces\/[^/]+\/localsubjectaccessreviews)$/

/** Reads from one cluster. There is no way to change anything through it: it only gets, and posts reviews. */
export class ClusterClient {
  readonly name: string
  readonly #address: ClusterAddress
  #access: KubeAccess | undefined
  #requests: Agent | undefined
  #streams: Agent | undefined

  /** The kubeconfig is read at the first request, and again until it can be: one that comes later is found. */
  constructor(address: ClusterAddress) {
    this.name = address.name
    this.#address = address
  }

  /** Reads JSON. @throws ClusterError */
  async get(path: string, options: AskOptions = {}): Promise<unknown> {
    const text = await this.getText(path, { accept: 'application/json', ...options })
    try {
      return JSON.parse(text)
    } catch (error) {
      throw new ClusterError('not_kubernetes', `GET ${path} was answered with something other than JSON`, {
        cause: error,
      })
    }
  }

  /** Reads text, such as logs. @throws ClusterError */
  async getText(path: string, options: AskOptions = {}): Promise<string> {
    const { maxBytes = usualMaxBytes } = options
    return this.#send('GET', path, undefined, options, (body) => readText(body, maxBytes, `GET ${path}`))
  }

  /** Asks what somebody may do. @throws ClusterError */
  async review(path: string, body: object, options: AskOptions = {}): Promise<unknown> {
    if (!reviews.test(path)) throw new ClusterError('refused', `POST ${path} is no review: this client only reads`)
    const text = await this.#send('POST', path, JSON.stringify(body), options, (answer) =>
      readText(answer, usualMaxBytes, `POST ${path}`),
    )
    return JSON.parse(text)
  }

  /** Reads an answer as it arrives, decoded. The deadline is of the headers alone: whoever reads sees to the rest.
   *  @throws ClusterError */
  async stream(path: string, options: AskOptions & { readonly signal: AbortSignal }): Promise<AsyncIterable<Buffer>> {
    const { deadlineMs = usualDeadlineMs, signal } = options
    const timer = new AbortController()
    const timeout = setTimeout(() => timer.abort(new DOMException('too late', 'TimeoutError')), deadlineMs)
    try {
      return await this.#once('GET', path, undefined, {
        ...options,
        isStream: true,
        signal: AbortSignal.any([signal, timer.signal]),
      })
    } catch (error) {
      throw errorOfTransport(error, `GET ${path}`, deadlineMs)
    } finally {
      clearTimeout(timeout)
    }
  }

  /** Reads the kubeconfig and the files that it names anew where one of them was written since, or leads elsewhere. What
   *  cannot be used, such as a file that is half written, is looked at again the next time, and what was read before
   *  stands. */
  async readAgain(): Promise<void> {
    const known = this.#access
    if (known === undefined || !(await known.hasChanged())) return
    let access: KubeAccess
    try {
      access = loadAccess(this.#address)
    } catch {
      return
    }
    const [before, after] = [known, access].map(({ config }) => config.getCurrentCluster())
    this.#access = access
    this.#retire(before?.server !== after?.server)
  }

  async close(): Promise<void> {
    await Promise.all([this.#requests?.destroy(), this.#streams?.destroy()])
  }

  async #send<T>(
    method: 'GET' | 'POST',
    path: string,
    payload: string | undefined,
    options: AskOptions,
    read: (body: AsyncIterable<Buffer>) => Promise<T>,
  ): Promise<T> {
    const { deadlineMs = usualDeadlineMs } = options
    const signals = [AbortSignal.timeout(deadlineMs), ...(options.signal ? [options.signal] : [])]
    const signal = AbortSignal.any(signals)
    try {
      return await read(await this.#once(method, path, payload, { ...options, signal }))
    } catch (error) {
      throw errorOfTransport(error, `${method} ${path.split('?')[0] ?? path}`, deadlineMs)
    }
  }

  /** Credentials that were turned are read anew, once. */
  async #once(
    method: 'GET' | 'POST',
    path: string,
    payload: string | undefined,
    options: SentOptions,
    isSecondTry = false,
  ): Promise<AsyncIterable<Buffer>> {
    const answer = await this.#ask(method, path, payload, options)
    if (answer.statusCode === 401 && !isSecondTry) {
      await answer.body.dump()
      this.#access = undefined
      this.#retire(false)
      return this.#once(method, path, payload, options, true)
    }
    const decoded = decode(answer)
    if (answer.statusCode < 300) return decoded
    const asked = `${method} ${path.split('?')[0] ?? path}`
    const body = await readText(decoded, 65_536, asked).catch(() => '')
    const retryAfter = answer.headers['retry-after']
    const status = answer.statusCode
    throw errorOfAnswer(
      { status, body, retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined },
      asked,
      permissionOf(path),
    )
  }

  /** New requests get new connections. What is under way ends by itself, unless it is with a server that is ours no more. */
  #retire(isMoved: boolean): void {
    const old = [this.#requests, this.#streams].filter((agent) => agent !== undefined)
    this.#requests = undefined
    this.#streams = undefined
    for (const agent of old) void (isMoved ? agent.destroy() : agent.close()).catch(() => undefined)
  }

  async #ask(
    method: 'GET' | 'POST',
    path: string,
    payload: string | undefined,
    options: SentOptions,
  ): Promise<Dispatcher.ResponseData> {
    const access = (this.#access ??= loadAccess(this.#address))
    const { config } = access
    const cluster = config.getCurrentCluster()
    if (!cluster) throw new ClusterError('refused', `cluster ${this.name}: the kubeconfig names no cluster`)
    const { headers, tls } = await credentialsOf(config)
    if (this.#access !== access) return this.#ask(method, path, payload, options)
    const usual = { connect: tls, keepAliveTimeout: 30_000, bodyTimeout: 0, headersTimeout: 0 }
    const dispatcher = options.isStream
      ? (this.#streams ??= new Agent(usual))
      : (this.#requests ??= new Agent({ ...usual, connections }))
    return request(new URL(path, `${cluster.server.replace(/\/$/, '')}/`), {
      method,
      dispatcher,
      headers: {
        ...headers,
        accept: options.accept ?? 'application/json',
        'accept-encoding': 'gzip',
        'user-agent': 'akashic',
        ...(payload !== undefined && { 'content-type': 'application/json' }),
      },
      ...(payload !== undefined && { body: payload }),
      ...(options.signal && { signal: options.signal }),
    })
  }
}

/** What the kubeconfig says of proving who we are: a token, a program that gives one, or a certificate. */
async function credentialsOf(config: KubeConfig) {
  const options: Record<string, unknown> & { headers: Record<string, string> } = { headers: {} }
  await config.applyToHTTPSOptions(options)
  const { ca, cert, key, rejectUnauthorized, servername, headers, auth } = options
  const basic = typeof auth === 'string' ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {}
  const tls = Object.fromEntries(
    Object.entries({ ca, cert, key, rejectUnauthorized, servername }).filter(([, value]) => value !== undefined),
  )
  return { headers: { ...headersOf(headers), ...basic }, tls }
}

function headersOf(headers: unknown): Record<string, string> {
  const entries = headers instanceof Headers ? [...headers.entries()] : Object.entries(headers ?? {})
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}

function decode({ headers, body }: Dispatcher.ResponseData): AsyncIterable<Buffer> {
  if (headers['content-encoding'] !== 'gzip') return body
  const gunzip = createGunzip()
  Readable.from(body)
    .on('error', (error) => gunzip.destroy(error))
    .pipe(gunzip)
  return gunzip
}

async function readText(body: AsyncIterable<Buffer>, maxBytes: number, asked: string): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) throw new ClusterError('too_large', `${asked} was answered with more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** What a path needs, in the words of RBAC. */
function permissionOf(path: string): string {
  const [pathname = '', query = ''] = path.split('?')
  const [, resource = pathname, name] = /\/v\d\w*\/(?:namespaces\/[^/]+\/)?([^/]+)(?:\/([^?]+))?$/.exec(pathname) ?? []
  const namespace = /\/namespaces\/([^/]+)\/[^/]+/.exec(pathname)?.[1]
  const group = /^\/apis\/([^/]+)\//.exec(pathname)?.[1]
  const subresource = name?.includes('/') ? `/${name.split('/')[1] ?? ''}` : ''
  const verb = query.includes('watch=true') ? 'watch' : name === undefined ? 'list' : 'get'
  const what = `${resource}${subresource}${group === undefined ? '' : `.${group}`}`
  return `${verb} ${what}${namespace === undefined ? '' : ` in namespace ${namespace}`}`
}
