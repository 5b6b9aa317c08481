import type { Socket } from 'node:net'
import type { CheckFailure, Judgement, Outcome } from './check.ts'

interface Kind {
  readonly code: string
  readonly sentence: string
  readonly outcome: Outcome
}

const outage = (code: string, sentence: string): Kind => ({ code, sentence, outcome: 'outage' })
const local: Kind = { code: 'local', sentence: 'check could not be made', outcome: 'unknown' }

const byCode: Readonly<Record<string, Kind>> = {
  // What the guard of outbound addresses throws.
  permission_denied: { code: 'forbidden', sentence: 'address not allowed', outcome: 'unknown' },
  ECONNREFUSED: outage('refused', 'connection refused'),
  ECONNRESET: outage('reset', 'connection closed early'),
  EPIPE: outage('reset', 'connection closed early'),
  ETIMEDOUT: outage('timeout', 'timed out'),
  EHOSTUNREACH: outage('unreachable', 'host unreachable'),
  EHOSTDOWN: outage('unreachable', 'host unreachable'),
  ENETUNREACH: outage('unreachable', 'network unreachable'),
  ENETDOWN: outage('unreachable', 'network unreachable'),
  ENOTFOUND: outage('dns', 'host name not found'),
  ENODATA: outage('dns', 'no such DNS record'),
  EAI_AGAIN: outage('dns', 'host name could not be resolved'),
  EAI_FAIL: outage('dns', 'host name could not be resolved'),
  ESERVFAIL: outage('dns', 'host name could not be resolved'),
  ETIMEOUT: outage('timeout', 'timed out'),
  EPROTONOSUPPORT: outage('answer', 'unexpected answer'),
  EMFILE: local,
  ENFILE: local,
  ENOBUFS: local,
  ENOMEM: local,
  EADDRNOTAVAIL: local,
  EACCES: local,
  EPERM: local,
}

/** OpenSSL's reasons for not trusting a certificate, as node names them. */
const byCertificateCode: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'certificate expired',
  CERT_NOT_YET_VALID: 'certificate not yet valid',
  CERT_REVOKED: 'certificate revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate not trusted',
}

/** Judges what was thrown while a check ran. What is not the target's doing is `unknown`, never an outage. */
export function failureOf(error: unknown): Judgement & { readonly failure: CheckFailure } {
  const { code, sentence, outcome } = kindOf(error)
  return { outcome, failure: { code, sentence, detail: messageOf(error) || sentence } }
}

function kindOf(error: unknown): Kind {
  const code = codeOf(error)
  if (code === undefined) return local
  const certificate = byCertificateCode[code]
  if (certificate !== undefined) return outage('tls', certificate)
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS'))
    return outage('tls', 'TLS handshake failed')
  if (code.startsWith('HPE_')) return outage('answer', 'answer is not HTTP')
  if (code.startsWith('ERR_HTTP2')) return outage('answer', 'answer is not HTTP/2')
  return byCode[code] ?? local
}

/** Every address of a name having failed, the first one's reason stands for all. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}

/** What a driver threw; when it gives no reason and the connection is gone, the reason is that. */
export function closedEarlyOr(error: unknown, socket: Socket): unknown {
  if (codeOf(error) !== undefined || (error as Error).name === 'ReplyError') return error
  const isGone = socket.destroyed || socket.readableEnded
  return isGone
    ? (socket.errored ?? Object.assign(new Error('connection closed before an answer'), { code: 'ECONNRESET' }))
    : error
}

/** A failure that the kind itself found in the answer. */
export function failed(outcome: 'degraded' | 'outage', code: string, sentence: string, detail = sentence): Judgement {
  return { outcome, failure: { code, sentence, detail } }
}

/** `5 s`, `1.5 s`, `250 ms`: a duration for people. */
export function spellDuration(ms: number): string {
  return ms >= 1_000 ? `${Number((ms / 1_000).toFixed(1))} s` : `${Math.round(ms)} ms`
}
