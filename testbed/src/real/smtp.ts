import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { SMTPServerOptions } from 'smtp-server'
import type { Certificate } from './certificates.ts'

/** A mail that was taken, its texts decoded. */
export interface Mail {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly messageId: string
  /** By lower-case name, unfolded. */
  readonly headers: ReadonlyMap<string, string>
  /** The plain text. */
  readonly body: string
  /** Empty when there is none. */
  readonly html: string
  /** To whom the server was asked to bring it. */
  readonly recipients: readonly string[]
}

export interface SmtpServer {
  readonly port: number
  /** What was taken, in the order in which it came. */
  mails(): readonly Mail[]
  stop(): Promise<void>
}

interface Options {
  readonly port?: number
  readonly certificate?: Certificate
  /** Who may write; anybody when it is not given. */
  readonly login?: { readonly user: string; readonly password: string }
  /** An answer, as `550 5.1.1 no such mailbox`, for a recipient or for the mail itself; `silence` never answers. */
  readonly refuse?: (step: 'recipient' | 'mail', address: string) => string | undefined
}

/** A real SMTP server on loopback that keeps the mails that it takes; it offers STARTTLS when a certificate is given. */
export function startSmtp(options: Options = {}): Promise<SmtpServer> {
  const mails: Mail[] = []
  const server = new SMTPServer({
    ...options.certificate,
    hideSTARTTLS: options.certificate === undefined,
    authOptional: options.login === undefined,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    closeTimeout: 500,
    ...handlers(options, (mail) => mails.push(mail)),
  })
  server.on('error', () => undefined)
  return new Promise((resolve) => {
    const listening = server.listen(options.port ?? 0, '127.0.0.1', () => {
      const { port } = listening.address() as AddressInfo
      resolve({ port, mails: () => [...mails], stop: () => new Promise((done) => server.close(() => done())) })
    })
  })
}

function handlers({ login, refuse }: Options, keep: (mail: Mail) => void): SMTPServerOptions {
  return {
    onAuth({ username, password }, _, done) {
      const isKnown = login === undefined || (username === login.user && password === login.password)
      done(isKnown ? null : refusal('535 5.7.8 authentication failed'), isKnown ? { user: username } : undefined)
    },
    onRcptTo({ address }, _, done) {
      const answer = refuse?.('recipient', address)
      if (answer !== 'silence') done(answer === undefined ? null : refusal(answer))
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.once('end', () => {
        const recipients = envelope.rcptTo.map(({ address }) => address)
        const answer = refuse?.('mail', recipients[0] ?? '')
        if (answer === 'silence') return
        if (answer === undefined) keep(mailOf(Buffer.concat(chunks).toString('latin1'), recipients))
        done(answer === undefined ? null : refusal(answer))
      })
    },
  }
}

/** An error that the server answers by its number and words. */
function refusal(answer: string): Error {
  const [, code, words] = /^(\d{3}) (.*)$/.exec(answer) ?? []
  return Object.assign(new Error(words), { responseCode: Number(code) })
}

function mailOf(raw: string, recipients: string[]): Mail {
  const { headers, content } = partOf(raw)
  const parts = leaves(headers, content)
  const ofType = (type: string) =>
    parts.find(({ headers }) => (headers.get('content-type') ?? 'text/plain').includes(type))
  const header = (name: string) => decodedWords(headers.get(name) ?? '')
  return {
    from: header('from'),
    to: header('to'),
    subject: header('subject'),
    messageId: header('message-id'),
    headers,
    body: decodedContent(ofType('text/plain')),
    html: decodedContent(ofType('text/html')),
    recipients,
  }
}

interface Part {
  readonly headers: ReadonlyMap<string, string>
  readonly content: string
}

/** Header lines, unfolded (RFC 5322, section 2.2.3), and what follows the empty line. */
function partOf(raw: string): Part {
  const end = raw.indexOf('\r\n\r\n')
  const lines = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const headers = lines.map(
    (line) => [line.split(':')[0]!.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const,
  )
  return { headers: new Map(headers), content: raw.slice(end + 4) }
}

/** The parts of a multipart mail; the mail itself when it has none. */
function leaves(headers: Part['headers'], content: string): Part[] {
  const [, boundary] = /^multipart\/.*boundary="?([^";]+)"?/.exec(headers.get('content-type') ?? '') ?? []
  if (boundary === undefined) return [{ headers, content }]
  return content
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => partOf(part.replace(/^\r\n/, '').replace(/\r\n$/, '')))
    .flatMap((part) => leaves(part.headers, part.content))
}

function decodedContent(part: Part | undefined): string {
  if (!part) return ''
  const encoding = part.headers.get('content-transfer-encoding')?.toLowerCase()
  const bytes =
    encoding === 'base64'
      ? Buffer.from(part.content, 'base64')
      : Buffer.from(encoding === 'quoted-printable' ? unquoted(part.content) : part.content, 'latin1')
  return bytes.toString('utf8').replaceAll('\r\n', '\n')
}

/** Encoded words of headers (RFC 2047), all of them UTF-8. */
function decodedWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('utf8')
        : Buffer.from(unquoted(word.replaceAll('_', ' ')), 'latin1').toString('utf8'),
    )
}

function unquoted(text: string): string {
  return text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
