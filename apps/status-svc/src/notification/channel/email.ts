import type { Readable } from 'node:stream'
import { createTransport } from 'nodemailer'
import type { SMTPPoolOptions } from 'nodemailer'
import type { ChannelOf } from '@akashic/config'
import { SendError } from '../message.ts'
import type { OutgoingMessage, Sender } from '../message.ts'
import { html, plainText } from './email-text.ts'
import { bareHost } from './exchange.ts'
import { mailFailure, recipientsRefused } from './mail-failure.ts'
import { openMailSocket } from './mail-socket.ts'
import type { SenderDeps } from './sender-deps.ts'
import { decoded } from './without-secrets.ts'

const maxConnections = 2
const idleMs = 30_000

/** E-mail over a pool of connections. The Message-ID is made of the message's id, so that a repeat is seen as the same
 *  mail, and later mails about a subject answer its first one, so that they are shown as one thread. */
export function emailSender(spec: ChannelOf<'email'>, deps: SenderDeps): Sender & { close(): void } {
  const { host, pool } = openPool(spec, deps)
  /** The encoded mail of each attempt, to tell whether any of it was read by the connection. */
  const streams = new WeakMap<AbortSignal, Readable>()
  pool.use('stream', ({ data, message }, done) => {
    message.processFunc((stream: Readable) => {
      if (data.signal) streams.set(data.signal, stream)
      return stream
    })
    done()
  })

  return {
    async send(message, signal) {
      const to = message.to === null ? spec.to : [message.to]
      if (to.length === 0) throw new SendError('the channel names nobody to write to', { isRetriable: false })
      const mail = { ...mailOf(message), from: spec.from, to: to.map((address) => ({ name: '', address })), signal }
      const { rejectedErrors } = await pool.sendMail(mail).catch((error: unknown) => {
        const wasSent = streams.get(signal)?.readableDidRead ?? false
        throw mailFailure(host, signal.aborted ? signal.reason : error, wasSent)
      })
      if (rejectedErrors?.length) throw recipientsRefused(host, rejectedErrors)
      return { reference: message.thread ?? messageId(message) }
    },
    close: () => pool.close(),
  }
}

function openPool({ server, timeout }: ChannelOf<'email'>, { outbound }: SenderDeps) {
  const url = new URL(server)
  const secure = url.protocol === 'smtps:'
  const host = bareHost(url)
  const port = Number(url.port) || (secure ? 465 : 587)
  const auth = url.username === '' ? undefined : { user: decoded(url.username), pass: decoded(url.password) }
  const options: SMTPPoolOptions & { pool: true } = {
    pool: true,
    host,
    port,
    secure,
    ...(auth && { auth }),
    // A password is never shown to who listens on the network, nor to who takes STARTTLS out of the server's offer.
    requireTLS: auth !== undefined && !isLoopback(host),
    maxConnections,
    maxRequeues: 1,
    idleTimeout: idleMs,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    maxResponseSize: 65_536,
    disableFileAccess: true,
    disableUrlAccess: true,
    getSocket: (_, callback) => {
      openMailSocket({ host, port, timeoutMs: timeout }, outbound).then(
        (connection) => callback(null, { connection }),
        (error: unknown) => callback(error as Error),
      )
    },
  }
  return { host, pool: createTransport(options) }
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)

function mailOf(message: OutgoingMessage) {
  return {
    messageId: messageId(message),
    date: new Date(message.createdAtMs),
    subject: message.title.replace(/\s+/g, ' ').trim(),
    text: plainText(message),
    html: html(message),
    // RFC 3834: nobody's absence is answered to it.
    headers: { 'Auto-Submitted': 'auto-generated' },
    ...(message.thread !== null && { inReplyTo: message.thread, references: message.thread }),
  }
}

/** What a Message-ID may not have is put as a dot. */
function messageId({ id }: OutgoingMessage): string {
  return `<${id.replace(/[^\w.+-]/g, '.')}@akashic>`
}
