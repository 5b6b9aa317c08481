import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { Headers } from '../attempt/answer.ts'

/** Of one connection only (RFC 9110, 7.6.1), of the body that we frame ourselves, or of another party than the provider. */
const notPassed = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'expect',
  'content-length',
  'content-encoding',
  'accept-encoding',
  'authorization',
  'api-key',
  'x-api-key',
  'openai-organization',
  'openai-project',
  'cookie',
  'set-cookie',
  'forwarded',
  'via',
])

const isPassed = (name: string): boolean =>
  !notPassed.has(name) && !name.startsWith('x-akashic-') && !name.startsWith('x-forwarded-')

/** What a provider sees of the caller's headers: all that it may know how to use, and no credential. */
export function headersForProvider(headers: IncomingHttpHeaders): Headers {
  const passed: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (typeof value === 'string' && isPassed(name)) passed[name] = value
  }
  return passed
}

/** What a caller sees of a provider's headers. */
export function headersForCaller(headers: Headers): OutgoingHttpHeaders {
  const passed: Record<string, string> = {}
  for (const name in headers) if (isPassed(name)) passed[name] = headers[name]!
  return passed
}
