import type { Server } from 'node:http'
import { OpsError } from '../errors/index.ts'

export interface ListenAddress {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** The variable that sets the port, named in the error. */
  readonly variable: string
}

/** Starts listening.
 *  @returns the address bound, as host and port.
 *  @throws OpsError failed_precondition with one clear sentence when the port cannot be had. */
export async function listen(server: Server, address: ListenAddress): Promise<{ host: string; port: number }> {
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

/** Stops accepting, lets open requests finish, and breaks what is left after `deadlineMs`. */
export async function closeGracefully(server: Server, deadlineMs: number): Promise<void> {
  if (!server.listening) return
  await new Promise<void>((resolve) => {
    const breakOff = setTimeout(() => server.closeAllConnections(), deadlineMs)
    server.close(() => {
      clearTimeout(breakOff)
      resolve()
    })
    server.closeIdleConnections()
  })
}

function refusalOf(error: NodeJS.ErrnoException, { host, port, variable }: ListenAddress): OpsError {
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on ${host} is taken: stop the program that has it, or set ${variable} to another port.`,
    EACCES: `Port ${port} on ${host} needs more rights than this process has: set ${variable} to a port above 1023.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine: set HOST to one that is.`,
  }
  const sentence = sentences[error.code ?? ''] ?? `Cannot listen on ${host} port ${port}: ${error.message}`
  return new OpsError('failed_precondition', sentence, { cause: error })
}
