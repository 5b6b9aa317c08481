import {
  logVerbosity,
  Server,
  setLogVerbosity,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import type { AnyDefinition } from '@grpc/proto-loader'
import { ReflectionService } from '@grpc/reflection'
import { HealthImplementation, service as healthService } from 'grpc-health-check'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { OpsError } from '../errors/index.ts'
import { callMetrics, type CallMetrics } from './call-metrics.ts'
import { serverCredentials, type RpcTls } from './credentials.ts'
import type { VerifyToken } from './incoming-call.ts'
import { serveStream } from './serve-stream.ts'
import { serveUnary } from './serve-unary.ts'
import type { RpcServer, StreamHandler, UnaryHandler } from './index.ts'

export interface RpcServerOptions {
  /** `host:port`; port 0 takes any free one. */
  readonly listen: string
  readonly log: Logger
  readonly metrics: Registry
  /** Plain text when absent. */
  readonly tls?: RpcTls
  readonly verifyToken: VerifyToken
}

/** What one method's handler needs of the server. */
export interface MethodContext {
  /** Full name of the service, which is also the audience of its callers' tokens. */
  readonly service: string
  readonly method: string
  readonly metrics: CallMetrics
  readonly verifyToken: VerifyToken
  readonly log: Logger
}

/** A gRPC server with the standard health and reflection services, open to all; every other call needs an identity. */
export function createRpcServer(options: RpcServerOptions): RpcServer {
  setLogVerbosity(logVerbosity.NONE) // what it would print to stderr comes back as errors too
  const server = new Server({ 'grpc.keepalive_time_ms': 20_000, 'grpc.keepalive_timeout_ms': 10_000 })
  const health = new HealthImplementation()
  const definitions: ServiceDefinition[] = []
  const streams = new Set<AbortController>()
  const setHealth = (status: 'SERVING' | 'NOT_SERVING'): void => {
    for (const service of ['', ...definitions.map(fullNameOf)]) health.setStatus(service, status)
  }

  return {
    add(definition, handlers) {
      server.addService(definition, implementationOf(definition, handlers, options, streams))
      definitions.push(definition)
    },
    async start() {
      health.addToServer(server)
      reflectionOf(definitions).addToServer(server)
      const port = await bind(server, options)
      setHealth('SERVING')
      return `${options.listen.slice(0, options.listen.lastIndexOf(':'))}:${port}`
    },
    async stop(deadlineMs) {
      setHealth('NOT_SERVING')
      const drained = new Promise<void>((resolve) => server.tryShutdown(() => resolve()))
      const force = setTimeout(() => server.forceShutdown(), deadlineMs)
      for (const stream of streams) stream.abort(new OpsError('unavailable', 'the service is stopping'))
      await drained
      clearTimeout(force)
    },
  }
}

function bind(server: Server, { listen, tls }: RpcServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(listen, serverCredentials(tls), (error, port) => {
      if (error === null) resolve(port)
      else reject(new OpsError('unavailable', `cannot listen for RPC on ${listen}: ${error.message}`, { cause: error }))
    })
  })
}

function implementationOf(
  definition: ServiceDefinition,
  handlers: Readonly<Record<string, UnaryHandler | StreamHandler>>,
  options: RpcServerOptions,
  streams: Set<AbortController>,
): UntypedServiceImplementation {
  const metrics = callMetrics(options.metrics)
  const service = fullNameOf(definition)
  const methods = Object.entries(definition).map(([method, { originalName }]) => {
    const handler = handlers[originalName ?? method]
    if (handler === undefined) throw new Error(`${service} has no handler for ${originalName ?? method}`)
    const context: MethodContext = { service, method, metrics, log: options.log, verifyToken: options.verifyToken }
    return [method, handler.type === 'unary' ? serveUnary(context, handler) : serveStream(context, handler, streams)]
  })
  return Object.fromEntries(methods) as UntypedServiceImplementation
}

/** `akashic.status.v1.StatusService` of `/akashic.status.v1.StatusService/GetUptime`. */
export function fullNameOf(definition: ServiceDefinition): string {
  return Object.values(definition)[0]!.path.split('/')[1]!
}

/** proto-loader hangs the descriptors of a whole package on each message type, so one type a service is enough. */
function reflectionOf(definitions: readonly ServiceDefinition[]): ReflectionService {
  const types = [healthService, ...definitions].map((definition) => {
    const method = Object.values(definition)[0] as unknown as { requestType: AnyDefinition }
    return [method.requestType, fullNameOf(definition)] as const
  })
  return new ReflectionService(Object.fromEntries(types.map(([type, name]) => [name, type])))
}
