import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { OpsError } from '../errors/index.ts'

export interface ListenAddress {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** The variable that sets the port, named in the error. */
  readonly variable: string
  /** The variable that sets the host; HOST when left out. */
  readonly hostVariable?: string
}

/** Who is connected to the servers that listen. */
const connections = new WeakMap<Server, Set<Socket>>()

/** Starts listening.
 *  @returns the address bound, as host and port.
 *  @throws OpsError failed_precondition with one clear sentence when the port cannot be had. */
export async function listen(server: Server, address: ListenAddress): Promise<{ host: string; port: number }> {
  connections.set(server, socketsOf(server))
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => reject(refusalOf(error, address))
    server.once('error', refuse)
    server.listen({ host: address.host, port: address.port, backlog: 4_096 }, () => {
      server.off('error', refuse)
      resolve()
    })
  })
  const bound = server.address()
  return { host: address.host, port: typeof bound === 'object' && bound ? bound.port : address.port }
}

const lookForIdleMs = 50

/** Stops accepting, lets open requests finish, and breaks what is left after `deadlineMs`. */
export async function closeGracefully(server: Server, deadlineMs: number): Promise<void> {
  if (!server.listening) return
  await new Promise<void>((resolve) => {
    const breakOff = setTimeout(() => server.closeAllConnections(), deadlineMs)
    const closeIdle = setInterval(() => closeWithoutRequest(server), lookForIdleMs)
    server.close(() => {
      clearTimeout(breakOff)
      clearInterval(closeIdle)
      resolve()
    })
    closeWithoutRequest(server)
  })
}

/** Node counts a connection that never said a word, as browsers open them in advance, among the busy ones. */
function closeWithoutRequest(server: Server): void {
  server.closeIdleConnections()
  for (const socket of connections.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy()
}

function socketsOf(server: Server): Set<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

function refusalOf(
  error: NodeJS.ErrnoException,
  { host, port, variable, hostVariable = 'HOST' }: ListenAddress,
): OpsError {
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on ${host} is taken: stop the program that has it, or set ${variable} to another port.`,
    EACCES: `Port ${port} on ${host} needs more rights than this process has: set ${variable} to a port above 1023.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine: set ${hostVariable} to one that is.`,
  }
  const sentence = sentences[error.code ?? ''] ?? `Cannot listen on ${host} port ${port}: ${error.message}`
  return new OpsError('failed_precondition', sentence, { cause: error })
}
