import { Client, type ChannelOptions, type MethodDefinition, type ServiceDefinition } from '@grpc/grpc-js'
import type { Logger } from 'pino'
import { OpsError } from '../errors/index.ts'
import type { Principal } from '../identity/index.ts'
import { callStream } from './call-stream.ts'
import { callUnary } from './call-unary.ts'
import { channelCredentials, type RpcTls } from './credentials.ts'
import { fullNameOf } from './server.ts'
import type { RpcClientOf, RpcClients } from './index.ts'

/** Signs `principal` for `audience`, the full name of the called service. */
type SignToken = (principal: Principal, audience: string) => Promise<string>

export interface RpcClientsOptions {
  /** Where a service runs, as `host:port` or a gRPC target; asked at the first call. Undefined: it is nowhere. */
  readonly addressOf: (serviceName: string) => string | undefined
  readonly signToken: SignToken
  /** Plain text when absent. */
  readonly tls?: RpcTls
  readonly log: Logger
}

/** What one call needs besides its message. */
export interface Outgoing {
  readonly client: Client
  readonly serviceName: string
  readonly method: MethodDefinition<object, object>
  readonly signToken: (principal: Principal) => Promise<string>
}

/** Retries are the caller's decision: a call is sent once. Broken connections come back within 2 s of the peer. */
const channelOptions: ChannelOptions = {
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.max_receive_message_length': 32 * 1_024 * 1_024,
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
}

export function createRpcClients(options: RpcClientsOptions): RpcClients {
  const credentials = channelCredentials(options.tls)
  const channels = new Map<string, Client>()

  const channelTo = (serviceName: string): Client => {
    const address = options.addressOf(serviceName)
    if (address === undefined) throw new OpsError('unavailable', `no address of ${serviceName} is configured`)
    const present = channels.get(address)
    if (present !== undefined) return present
    const client = new Client(address, credentials, channelOptions)
    channels.set(address, client)
    options.log.debug({ service: serviceName, address }, 'connecting to a service')
    return client
  }

  return {
    client<Service>(serviceName: string, definition: ServiceDefinition): RpcClientOf<Service> {
      const audience = fullNameOf(definition)
      const calls = Object.entries(definition).map(([name, method]) => {
        const outgoing = (): Outgoing => ({
          client: channelTo(serviceName),
          serviceName,
          method: method as MethodDefinition<object, object>,
          signToken: (principal) => options.signToken(principal, audience),
        })
        return [method.originalName ?? name, method.responseStream ? callStream(outgoing) : callUnary(outgoing)]
      })
      return Object.fromEntries(calls) as RpcClientOf<Service>
    },
    async close() {
      for (const client of channels.values()) client.close()
      channels.clear()
    },
  }
}
