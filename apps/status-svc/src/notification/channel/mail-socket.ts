import { connect, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { assertAddressAllowed, guardedLookup } from '@akashic/shared/outbound'
import type { OutboundRules } from '@akashic/shared/outbound'

interface MailServer {
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
}

/** A connection to a mail server whose address is not a forbidden one; the client of SMTP looks up no name itself.
 *  @throws OpsError permission_denied when it is; the socket's error when there is no connection in time. */
export async function openMailSocket({ host, port, timeoutMs }: MailServer, rules: OutboundRules): Promise<Socket> {
  if (isIP(host) !== 0) assertAddressAllowed(host, host, rules.allowHosts)
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: guardedLookup(rules) })
    const timedOut = (): void => void socket.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }))
    const timer = setTimeout(timedOut, timeoutMs)
    socket.once('close', () => clearTimeout(timer))
    socket.once('error', reject)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', reject)
      resolve(socket)
    })
  })
}
