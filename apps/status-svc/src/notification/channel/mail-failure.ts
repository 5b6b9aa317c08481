import { SendError } from '../message.ts'
import { codeOf, noAnswer } from './failure.ts'

/** What the client of SMTP adds to its errors. */
interface SmtpError {
  readonly code?: unknown
  readonly originalCode?: unknown
  readonly command?: unknown
  readonly response?: unknown
  readonly responseCode?: unknown
}

/** What nodemailer threw. A server's refusal is told by its numbers alone, as its words may repeat what was said to it.
 *  @param wasSent whether the server was given any of the mail itself. */
export function mailFailure(host: string, error: unknown, wasSent: boolean): SendError {
  const { code, originalCode, responseCode } = error as SmtpError
  if (typeof responseCode === 'number') return refusal(host, error as SmtpError, responseCode)
  if (code === 'EENVELOPE' || code === 'EMESSAGE') {
    return new SendError(`${host}: the mail has an unusable sender or recipient`, { isRetriable: false })
  }
  const network = typeof originalCode === 'string' ? { code: originalCode } : withoutOwnCode(error)
  return noAnswer(host, network, wasSent)
}

/** Nodemailer's own codes put into those of sockets. */
function withoutOwnCode(error: unknown): unknown {
  const code = codeOf(error)
  return code === 'ECONNECTION' ? { code: 'ECONNRESET' } : error
}

/** Of several recipients at least one was refused. Telling the others twice is better than telling that one never. */
export function recipientsRefused(host: string, errors: readonly SmtpError[]): SendError {
  const codes = errors.map(({ responseCode }) => (typeof responseCode === 'number' ? responseCode : 0))
  const isTemporary = codes.some((code) => code >= 400 && code < 500)
  const numbers = [...new Set(errors.map(numbersOf))].join(', ')
  return new SendError(`${host} refused ${codes.length} of the recipients: ${numbers}`, { isRetriable: isTemporary })
}

function refusal(host: string, error: SmtpError, responseCode: number): SendError {
  const command = typeof error.command === 'string' ? /^[A-Z]+( [A-Z]+)?$/.exec(error.command)?.[0] : undefined
  const to = command === undefined || command === 'CONN' ? '' : ` to ${command}`
  return new SendError(`${host} answered ${numbersOf(error)}${to}`, {
    isRetriable: responseCode < 500 || responseCode > 599,
  })
}

/** `550 5.1.1` of `550 5.1.1 no such mailbox`. */
function numbersOf({ response, responseCode }: SmtpError): string {
  const [numbers] = /^\d{3}([ -]\d\.\d{1,3}\.\d{1,3})?/.exec(typeof response === 'string' ? response : '') ?? []
  return (numbers ?? `${String(responseCode)}`).replace('-', ' ')
}
