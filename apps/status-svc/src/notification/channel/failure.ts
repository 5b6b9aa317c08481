import { SendError } from '../message.ts'
import { AttemptEnded } from './deadline.ts'

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed early',
  EPIPE: 'connection closed early',
  ETIMEDOUT: 'timed out',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ENOTFOUND: 'host name not found',
  ENODATA: 'host name has no address',
  EAI_AGAIN: 'host name could not be resolved',
  CERT_HAS_EXPIRED: 'certificate expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate not trusted',
}

/** What kept an answer from coming. The thrown text is never told, as it may hold what was sent.
 *  @param wasSent whether the receiver may have it all the same. */
export function noAnswer(host: string, error: unknown, wasSent: boolean): SendError {
  if (codeOf(error) === 'permission_denied') {
    return new SendError(`${host} has a link-local or cloud metadata address: not allowed`, { isRetriable: false })
  }
  return new SendError(`${host}: ${sentenceOf(error)}`, { isRetriable: true, isUncertain: wasSent })
}

function sentenceOf(error: unknown): string {
  if (error instanceof AttemptEnded) return error.message
  const code = codeOf(error)
  if (code === undefined) return 'connection failed'
  if (code.startsWith('HPE_')) return 'answer is not HTTP'
  return sentences[code] ?? `connection failed (${code})`
}

/** Every address of a name having failed, the first one's reason stands for all. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}
