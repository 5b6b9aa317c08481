import type { Clock } from '@akashic/shared/clock'
import { SendError } from '../message.ts'
import { exchange } from './exchange.ts'
import type { OutboundRules } from '@akashic/shared/outbound'
import type { HttpAnswer, HttpRequest } from './exchange.ts'
import { retryAfterMs } from './retry-after.ts'
import { withoutSecrets } from './without-secrets.ts'

const maxAnswerBytes = 65_536
const maxCodeCharacters = 200
const unprintable = /[\p{Cc}\p{Bidi_Control}]/gu

/** What holds for every request of a channel. */
export interface HttpTerms {
  readonly outbound: OutboundRules
  readonly clock: Clock
  /** What no error may tell, although a receiver echoes it. */
  readonly secrets: readonly string[]
}

interface Post {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** JSON. */
  readonly body: string
}

/** Sends JSON and returns the answer, whose status is 2xx.
 *  @throws SendError for every other status, and when there is no answer. */
export function postJson(terms: HttpTerms, { url, headers, body }: Post, signal: AbortSignal): Promise<HttpAnswer> {
  const type = { 'content-type': 'application/json; charset=utf-8' }
  return ask(
    terms,
    { url: new URL(url), method: 'POST', headers: { ...type, ...headers }, body, maxAnswerBytes },
    signal,
  )
}

/** One request and its answer, whose status is 2xx.
 *  @throws SendError as {@link postJson}. */
export async function ask(terms: HttpTerms, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const answer = await exchange(request, terms.outbound, signal)
  if (answer.status >= 200 && answer.status < 300) return answer
  throw refusal(terms, request.url, answer)
}

function refusal(terms: HttpTerms, url: URL, { status, headers, text }: HttpAnswer): SendError {
  const { location } = headers
  if (status >= 300 && status < 400 && location !== undefined) {
    const text = `${url.host} redirects to ${originOf(location, url)}, which is not followed`
    return new SendError(withoutSecrets(text, terms.secrets), { isRetriable: false })
  }
  const said = spokenCode(text, terms.secrets)
  return new SendError(`${url.host} answered ${status}${said && `: ${said}`}`, {
    isRetriable: status === 408 || status === 429 || status >= 500,
    retryAfterMs: retryAfterMs(headers['retry-after'], terms.clock.now()),
    isUncertain: status === 504,
  })
}

/** A path or query may be a secret of the receiver: only whom it reaches is told. */
function originOf(location: string, base: URL): string {
  if (!URL.canParse(location, base.href)) return 'an unreadable address'
  const { protocol, host } = new URL(location, base)
  return `${protocol}//${host}`
}

/** The error that an answer names, of at most 200 characters; empty when it names none. */
export function spokenCode(text: string, secrets: readonly string[]): string {
  const clean = withoutSecrets(namedError(text), secrets).toWellFormed().replace(unprintable, ' ').trim()
  return Array.from(clean).slice(0, maxCodeCharacters).join('')
}

function namedError(text: string): string {
  const parsed = recordOf(text)
  if (parsed) {
    const { error, code, message, errors } = parsed
    const said = [error, code, message, ...(Array.isArray(errors) ? (errors as unknown[]) : [])]
    return said.filter((part) => typeof part === 'string').join(': ')
  }
  const isCode = text.length <= maxCodeCharacters && !/[<{[]/.test(text)
  return isCode ? text : ''
}

/** The JSON object that `text` is; undefined when it is none. */
export function recordOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
