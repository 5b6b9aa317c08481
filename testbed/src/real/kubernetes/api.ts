import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'

const deadlineMs = 30_000

/** An object as the API server sends it; every reader knows what it reads of it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type ApiObject = any

export type ApiRequest = (method: string, path: string, body?: unknown, contentType?: string) => Promise<ApiObject>

/** An answer of the API server that is no success. */
export class ApiError extends Error {
  readonly status: number
  constructor(method: string, path: string, status: number, text: string) {
    super(`${method} ${path} was answered ${status}: ${text.slice(0, 500)}`)
    this.status = status
  }
}

/** Asks an API server as the bearer of a token, on connections that stay open. */
export function apiOf({ port, caFile, token }: { port: number; caFile: string; token: string }): ApiRequest {
  const agent = new Agent({ keepAlive: true, maxSockets: 16, ca: readFileSync(caFile) })
  return async (method, path, body, contentType = 'application/json') => {
    const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    const { status, text } = await send({ agent, port, method, path, token, payload, contentType })
    if (status >= 300) throw new ApiError(method, path, status, text)
    return text.startsWith('{') ? JSON.parse(text) : text
  }
}

interface Sent {
  agent: Agent
  port: number
  method: string
  path: string
  token: string
  payload: string | undefined
  contentType: string
}

function send({
  agent,
  port,
  method,
  path,
  token,
  payload,
  contentType,
}: Sent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(payload !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(payload) }),
    }
    const sent = request({ agent, host: '127.0.0.1', port, method, path, headers, timeout: deadlineMs }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => (text += chunk))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      answer.on('error', reject)
    })
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path} took longer than ${deadlineMs} ms`)))
    sent.on('error', reject)
    sent.end(payload)
  })
}

/** Follows a list of the API server: every event is told, and after a disconnect all is listed anew. @returns ends it. */
export function followList(
  { port, caFile, token }: { port: number; caFile: string; token: string },
  path: string,
  onEvent: (type: string, object: ApiObject) => void,
): () => void {
  const ca = readFileSync(caFile)
  const ask = apiOf({ port, caFile, token })
  const ended = new AbortController()
  const again = (): void => void setTimeout(() => void follow(), 200).unref()
  const follow = async (): Promise<void> => {
    if (ended.signal.aborted) return
    try {
      const list = await ask('GET', path)
      for (const item of list.items) onEvent('ADDED', item)
      watch(list.metadata.resourceVersion)
    } catch {
      again()
    }
  }
  const watch = (resourceVersion: string): void => {
    const query = `${path.includes('?') ? '&' : '?'}watch=true&resourceVersion=${resourceVersion}`
    const headers = { authorization: `Bearer ${token}` }
    const sent = request(
      { ca, host: '127.0.0.1', port, path: path + query, headers, signal: ended.signal },
      (answer) => {
        let rest = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => {
          const lines = (rest + chunk).split('\n')
          rest = lines.pop() ?? ''
          for (const line of lines) {
            const { type, object } = JSON.parse(line)
            if (type !== 'ERROR') onEvent(type, object)
          }
        })
        answer.once('close', again)
      },
    )
    sent.on('error', again)
    sent.end()
  }
  void follow()
  return () => ended.abort()
}
