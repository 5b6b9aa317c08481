/** What kept the API server from answering as asked. */
export type ClusterErrorKind =
  | 'forbidden'
  | 'unauthorized'
  | 'not_found'
  | 'gone'
  | 'throttled'
  | 'server'
  | 'not_kubernetes'
  | 'timeout'
  | 'unreachable'
  | 'too_large'
  | 'refused'

/** A request to a cluster that did not succeed. Its message tells no credential. */
export class ClusterError extends Error {
  readonly kind: ClusterErrorKind
  /** For `forbidden`: what is missing, such as `list secrets`. */
  readonly missingPermission: string | null
  /** For `throttled` and `server`: how long the server wants to be left alone, ms. */
  readonly retryAfterMs: number | null

  constructor(
    kind: ClusterErrorKind,
    message: string,
    more: { missingPermission?: string; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause })
    this.name = 'ClusterError'
    this.kind = kind
    this.missingPermission = more.missingPermission ?? null
    this.retryAfterMs = more.retryAfterMs ?? null
  }
}

const longestMessage = 300

/** What an answer other than a success means. Source: the API's Status, and what stands in front of it. */
export function errorOfAnswer(
  { status, body, retryAfter }: { status: number; body: string; retryAfter: string | undefined },
  asked: string,
  permission: string,
): ClusterError {
  const said = messageOf(body)
  const seconds = Number(retryAfter)
  const retryAfterMs = retryAfter !== undefined && Number.isFinite(seconds) ? seconds * 1_000 : null
  const text = `${asked} was answered ${status}${said === null ? '' : `: ${said.slice(0, longestMessage)}`}`
  if (said === null && status !== 401) {
    return new ClusterError('not_kubernetes', `${text}, and not by a Kubernetes API server`, { retryAfterMs })
  }
  if (status === 403) return new ClusterError('forbidden', text, { missingPermission: permission })
  if (status === 401) return new ClusterError('unauthorized', `${asked}: the cluster does not accept our credentials`)
  if (status === 404) return new ClusterError('not_found', text)
  if (status === 410) return new ClusterError('gone', text)
  if (status === 429) return new ClusterError('throttled', text, { retryAfterMs })
  if (status >= 500) return new ClusterError('server', text, { retryAfterMs })
  return new ClusterError('refused', text)
}

/** The message of a Status; null for what is none, such as a proxy's page. */
function messageOf(body: string): string | null {
  try {
    const parsed = JSON.parse(body) as { kind?: unknown; message?: unknown }
    return parsed.kind === 'Status' ? (typeof parsed.message === 'string' ? parsed.message : '') : null
  } catch {
    return null
  }
}

/** What went wrong below HTTP. */
export function errorOfTransport(error: unknown, asked: string, deadlineMs: number): ClusterError {
  if (error instanceof ClusterError) return error
  const { name, code } = error as { name?: string; code?: string }
  if (name === 'TimeoutError' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new ClusterError('timeout', `${asked} was not answered within ${deadlineMs} ms`, { cause: error })
  }
  const why = code ?? (error instanceof Error ? error.message : String(error))
  return new ClusterError('unreachable', `${asked}: the API server cannot be reached (${why})`, { cause: error })
}
