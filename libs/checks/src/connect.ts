import { connect, isIP } from 'node:net'
import type { LookupFunction, Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { assertAddressAllowed, guardedLookup } from '@akashic/shared/outbound'
import type { Attempt } from './check.ts'

const lingerMs = 1_000
const lookups = new WeakMap<readonly string[], LookupFunction>()

/** A lookup that refuses forbidden addresses; one for each list of exceptions, as lists outlive many checks. */
export function lookupFor({ allowHosts }: Pick<Attempt, 'allowHosts'>): LookupFunction {
  const known = lookups.get(allowHosts)
  if (known) return known
  const made = guardedLookup({ allowHosts })
  lookups.set(allowHosts, made)
  return made
}

/** Judges a host that is an address already, which no lookup will see.
 *  @throws OpsError permission_denied when it is forbidden. */
export function admitHost(host: string, { allowHosts, trace }: Attempt): void {
  if (isIP(host) === 0) return
  assertAddressAllowed(host, host, allowHosts)
  trace.remoteAddress = host
}

/** Times a socket that is about to connect: DNS and connect, and the TLS handshake when it makes one itself. */
export function traceSocket(socket: Socket, attempt: Attempt): void {
  const { trace, monotonicMs } = attempt
  let mark = monotonicMs()
  const lap = (): number => {
    const from = mark
    mark = monotonicMs()
    return Math.round((mark - from) * 100) / 100
  }
  socket.once('lookup', () => (trace.dnsMs = lap()))
  socket.on('connectionAttempt', (address: string) => (trace.remoteAddress = address))
  socket.once('connect', () => {
    trace.connectMs = lap()
    trace.hasAnswered = true
  })
  socket.once('secureConnect', () => (trace.tlsMs = lap()))
}

/** A TCP connection to a target, timed and guarded; it is destroyed when the attempt ends. */
export function connectTcp(host: string, port: number, attempt: Attempt): Promise<Socket> {
  return new Promise((resolve, reject) => {
    admitHost(host, attempt)
    const socket = connect({ host, port, lookup: lookupFor(attempt) })
    traceSocket(socket, attempt)
    attempt.signal.addEventListener('abort', () => socket.destroy())
    // Stays on, so that a connection that breaks between two steps of a check breaks nothing else.
    socket.on('error', reject)
    socket.once('connect', () => resolve(socket))
  })
}

/** Turns an open connection into a TLS one, whose certificate must be trusted and be for `serverName`.
 *  @param protocols what is offered by ALPN. */
export function upgradeToTls(
  socket: Socket,
  serverName: string,
  { trace, monotonicMs }: Attempt,
  protocols?: string[],
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const started = monotonicMs()
    const name = isIP(serverName) === 0 ? { servername: serverName } : { host: serverName }
    const secured = connectTls({ socket, ...name, ...(protocols && { ALPNProtocols: protocols }) })
    secured.on('error', reject)
    secured.once('secureConnect', () => {
      trace.tlsMs = Math.round((monotonicMs() - started) * 100) / 100
      resolve(secured)
    })
  })
}

/** Ends a connection politely, and for certain: a peer that does not close its side holds it for a second at most. */
export function letGo(socket: Socket): void {
  socket.end()
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  timer.unref()
  socket.once('close', () => clearTimeout(timer))
}
