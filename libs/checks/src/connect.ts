import { connect, isIP } from 'node:net'
import type { LookupFunction, Socket } from 'node:net'
import { assertAddressAllowed, guardedLookup } from '@akashic/shared/outbound'
import type { Attempt } from './check.ts'

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
    attempt.signal.addEventListener('abort', () => socket.destroy(), { once: true })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}
