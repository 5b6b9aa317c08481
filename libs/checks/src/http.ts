import { failed } from './failure.ts'
import { judgeCertificate } from './certificate.ts'
import { judgeBody, judgeStatus } from './http-expectations.ts'
import { sendHttp } from './http-request.ts'
import { operational } from './check.ts'
import type { CheckKind, Judgement, Trace } from './check.ts'
import { bareHost, withoutCredentials } from './url.ts'

const maxRedirects = 5

export const httpKind: CheckKind<'http'> = {
  kind: 'http',
  host: (spec) => bareHost(new URL(spec.url)),
  describe: (spec) => withoutCredentials(spec.url),
  async run(spec, attempt): Promise<Judgement> {
    const keepBody = spec.expectBody !== undefined || spec.expectJson !== undefined
    let next = { url: new URL(spec.url), method: spec.method as string, headers: spec.headers, body: spec.body }
    for (let hops = 0; ; hops++) {
      const answer = await sendHttp({ ...next, keepBody, verify: spec.tlsVerify }, attempt)
      const redirect = spec.followRedirects ? redirectOf(next, answer.status, answer.location) : undefined
      if (!redirect) {
        return (
          judgeStatus(spec, answer.status) ??
          (keepBody ? judgeBody(spec, answer.body, answer.isCut) : undefined) ??
          (answer.certificateEndsMs === undefined || spec.certificateExpiresWithin === undefined
            ? undefined
            : judgeCertificate(answer.certificateEndsMs, spec.certificateExpiresWithin, attempt.now())) ??
          operational
        )
      }
      if (hops === maxRedirects)
        return failed('degraded', 'status', 'too many redirects', `more than ${maxRedirects} redirects`)
      if (redirect === 'not http') return failed('degraded', 'status', 'redirected to an address that is not HTTP')
      if (redirect === 'elsewhere')
        return failed('degraded', 'status', 'redirected elsewhere', 'the request body is not sent to another origin')
      next = redirect
      forgetTimings(attempt.trace)
    }
  },
}

/** The timers tell of the last request. */
function forgetTimings(trace: Trace): void {
  delete trace.dnsMs
  delete trace.connectMs
  delete trace.tlsMs
}

interface Destination {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** Any other header may be a credential. */
const headersForAnyOrigin = new Set(['accept', 'accept-language', 'user-agent'])

/** The request that a redirect asks for (RFC 9110, 15.4): 303 always, 301 and 302 of a POST turn into GET. What may be a
 *  secret stays behind when the origin changes; `elsewhere` when the body would have to go there. */
function redirectOf(
  from: Destination,
  status: number,
  location: string | undefined,
): Destination | 'not http' | 'elsewhere' | undefined {
  if (location === undefined || ![301, 302, 303, 307, 308].includes(status)) return undefined
  if (!URL.canParse(location, from.url.href)) return 'not http'
  const url = new URL(location, from.url)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'not http'
  const turnsToGet = (status === 303 && from.method !== 'HEAD') || (status < 303 && from.method === 'POST')
  const isSameOrigin = url.origin === from.url.origin
  if (!isSameOrigin && !turnsToGet && from.body !== undefined) return 'elsewhere'
  const headers = isSameOrigin
    ? from.headers
    : Object.fromEntries(Object.entries(from.headers).filter(([name]) => headersForAnyOrigin.has(name.toLowerCase())))
  return turnsToGet ? { url, method: 'GET', headers, body: undefined } : { ...from, url, headers }
}
