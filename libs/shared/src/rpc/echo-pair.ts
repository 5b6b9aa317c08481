import { pino, type Logger } from 'pino'
import { Registry } from 'prom-client'
import { OpsError } from '../errors/index.ts'
import type { Principal } from '../identity/index.ts'
import { echoService, type EchoService } from './echo-service.ts'
import { createRpcClients, createRpcServer, serverStream, unary } from './index.ts'
import type { RpcCall, RpcClientOf, RpcServer, StreamHandler, UnaryHandler } from './index.ts'

export const alice: Principal = { id: 'p1', name: 'Alice', kind: 'person', role: 'operator' }

export interface EchoPair {
  readonly address: string
  readonly server: RpcServer
  readonly metrics: Registry
  readonly client: RpcClientOf<EchoService>
  close(): Promise<void>
}

interface EchoOptions {
  readonly say?: UnaryHandler
  readonly count?: StreamHandler
  readonly log?: Logger
  readonly listen?: string
  /** For whom the client's tokens are made. */
  readonly audience?: string
}

const echo = unary(async ({ text }: { text: string }, call: RpcCall) => ({ text: `${call.principal.name}: ${text}` }))
const countUp = serverStream(async ({ upto }: { upto: number }, _call, send) => {
  for (let number = 1; number <= upto; number += 1) await send({ number })
})

/** A server of EchoService and a client of it, for the tests of this folder. A token is `name@audience`. */
export async function startEcho(options: EchoOptions = {}): Promise<EchoPair> {
  const log = options.log ?? pino({ level: 'silent' })
  const metrics = new Registry()
  const server = createRpcServer({ listen: options.listen ?? '127.0.0.1:0', log, metrics, verifyToken })
  server.add(echoService, { say: options.say ?? echo, count: options.count ?? countUp })
  const address = await server.start()
  const clients = createRpcClients({
    addressOf: () => address,
    signToken: async (principal, audience) => `${principal.name}@${options.audience ?? audience}`,
    log,
  })
  const close = async (): Promise<void> => {
    await clients.close()
    await server.stop(0)
  }
  return { address, server, metrics, client: clients.client<EchoService>('echo', echoService), close }
}

async function verifyToken(token: string, audience: string): Promise<Principal> {
  const [name, intended] = token.split('@')
  if (intended !== audience) throw new OpsError('unauthenticated', 'the token is for another service')
  return { ...alice, name: name! }
}

/** The OpsError that `call` fails with. */
export async function failureOf(call: Promise<unknown>): Promise<OpsError> {
  const outcome = await call.then(
    () => null,
    (error: unknown) => error,
  )
  if (outcome instanceof OpsError) return outcome
  throw new Error(`expected an OpsError, got ${String(outcome)}`)
}
