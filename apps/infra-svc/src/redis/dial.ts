import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { isNativeError } from 'node:util/types'
import { DatabaseUnreachable } from '../database/engine.ts'
import { classifyFailure, unreachable } from '../database/reachability.ts'
import type { RedisPlace } from './place.ts'

/** A connection to a server, with TLS where its place says so: the certificate must be trusted and be for its host.
 *  @throws DatabaseUnreachable that tells how far it came. */
export async function dial(place: RedisPlace, withinMs: number): Promise<Socket> {
  const plain = connect({ host: place.host, port: place.port, noDelay: true })
  const timer = setTimeout(() => plain.destroy(new Error('timeout expired')), withinMs)
  try {
    await opened(plain, 'connect').catch((error: unknown) => {
      throw new DatabaseUnreachable(classifyFailure(firstOf(error), place, false))
    })
    return place.isTls ? await secured(plain, place) : plain
  } catch (error) {
    plain.destroy()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

async function secured(plain: Socket, place: RedisPlace): Promise<Socket> {
  const { host } = place
  const socket = connectTls({ socket: plain, ...(isIP(host) === 0 ? { servername: host } : { host }) })
  // A deadline ends the socket below, whose error does not reach the one above.
  plain.once('error', (error) => socket.destroy(error))
  try {
    await opened(socket, 'secureConnect')
    return socket
  } catch (error) {
    const message = isNativeError(error) ? error.message : String(error)
    const says = message === 'timeout expired' ? 'the handshake is not answered' : message
    const code = (error as { code?: unknown }).code
    throw new DatabaseUnreachable(unreachable('tls_failed', place, says, typeof code === 'string' ? code : ''))
  }
}

/** Errors that come after that are heard by whoever uses the socket, and break nothing. */
function opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.once('close', () => reject(new Error('the connection was closed')))
    socket.once(event, () => resolve())
  })
}

/** Of a name with several addresses, what the first of them said. */
const firstOf = (error: unknown): unknown =>
  error instanceof AggregateError && error.errors.length > 0 ? (error.errors[0] as unknown) : error
