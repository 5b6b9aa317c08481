import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { Certificate } from './certificates.ts'

export interface SmtpServer {
  readonly port: number
  stop(): Promise<void>
}

/** A real SMTP server on loopback that takes no mail; it offers STARTTLS when a certificate is given. */
export function startSmtp(options: { port?: number; certificate?: Certificate } = {}): Promise<SmtpServer> {
  const server = new SMTPServer({
    ...options.certificate,
    hideSTARTTLS: options.certificate === undefined,
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 500,
  })
  server.on('error', () => undefined)
  return new Promise((resolve) => {
    const listening = server.listen(options.port ?? 0, '127.0.0.1', () => {
      const { port } = listening.address() as AddressInfo
      resolve({ port, stop: () => new Promise((done) => server.close(() => done())) })
    })
  })
}
