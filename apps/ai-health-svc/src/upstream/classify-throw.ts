import { failureWords, type Failure } from '../failure/failure.ts'

/** Thrown by our own clocks and bounds around an attempt. */
export class AttemptCut extends Error {
  readonly kind: 'connect_timeout' | 'first_byte_timeout' | 'idle_timeout' | 'answer_too_large' | 'cut_stream'

  constructor(kind: AttemptCut['kind']) {
    super(kind)
    this.name = 'AttemptCut'
    this.kind = kind
  }
}

const ofUndici: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  UND_ERR_HEADERS_TIMEOUT: 'first_byte_timeout',
  UND_ERR_BODY_TIMEOUT: 'idle_timeout',
  UND_ERR_SOCKET: 'connection_lost',
  ECONNRESET: 'connection_lost',
}

/** What an attempt means that ended without a whole answer. `isAnswered`: a good answer had begun. */
export function classifyThrow(error: unknown, isAnswered: boolean): Failure {
  const code = isAnswered && codeOf(error) === 'connection_lost' ? 'cut_stream' : codeOf(error)
  const failureClass =
    code === 'answer_too_large' || code === 'cut_stream' ? 'invalid_response' : 'api_connection_failed'
  const message = `${failureWords[failureClass]} (${code})`
  return { class: failureClass, message, code, status: null, retryAfterMs: null }
}

/** The failure of an answer that came whole and is of no use. */
export function unusable(what: string): Failure {
  const message = `${failureWords.invalid_response} (${what})`
  return { class: 'invalid_response', message, code: what, status: 200, retryAfterMs: null }
}

function codeOf(error: unknown): string {
  if (error instanceof AttemptCut) return error.kind
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as { code?: unknown }
    if (typeof code === 'string' && /^\w{1,64}$/.test(code)) return ofUndici[code] ?? code
  }
  return 'connection_lost'
}
