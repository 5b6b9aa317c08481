import type { ServiceDefinition } from '@grpc/grpc-js'
import type { Principal } from '../identity/index.ts'

/** What a handler knows of the call besides its message. */
export interface RpcCall {
  /** Verified from the caller's signed token. */
  readonly principal: Principal
  readonly requestId: string | null
  /** Aborts when the caller goes away or its deadline passes. */
  readonly signal: AbortSignal
}

export interface UnaryHandler {
  readonly type: 'unary'
  readonly run: (request: never, call: RpcCall) => Promise<object>
}

export interface StreamHandler {
  readonly type: 'server-stream'
  readonly run: (request: never, call: RpcCall, send: (message: object) => Promise<void>) => Promise<void>
}

/** A handler of one request and one answer. A thrown OpsError becomes the gRPC status of its code. */
export function unary<Request, Response extends object>(
  run: (request: Request, call: RpcCall) => Promise<Response>,
): UnaryHandler {
  return { type: 'unary', run: run }
}

/** A handler that sends many messages. `send` resolves when the peer can take more; it rejects once the peer is gone. */
export function serverStream<Request, Response extends object>(
  run: (request: Request, call: RpcCall, send: (message: Response) => Promise<void>) => Promise<void>,
): StreamHandler {
  return { type: 'server-stream', run: run }
}

export interface RpcServer {
  /** Adds a service; before `start`. Every method of the definition must have a handler. */
  add(service: ServiceDefinition, handlers: Readonly<Record<string, UnaryHandler | StreamHandler>>): void
  /** @returns the address bound, as host:port. */
  start(): Promise<string>
  stop(deadlineMs: number): Promise<void>
}

export interface CallOptions {
  /** On whose behalf. */
  readonly principal: Principal
  readonly requestId?: string | null
  /** Default 5,000; streams have none. */
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
}

/** A client of one service: a promise for each unary method, an async iterable for each stream, both taking CallOptions. */
export type RpcClientOf<Service> = {
  [M in keyof Service]: Service[M] extends { kind: 'unary'; request: infer Q; response: infer S }
    ? (request: Q, options: CallOptions) => Promise<S>
    : Service[M] extends { kind: 'server-stream'; request: infer Q; response: infer S }
      ? (request: Q, options: CallOptions) => AsyncIterable<S>
      : never
}

export interface RpcClients {
  /** The client of `service`, connected to where that service runs. Throws OpsError on failed calls. */
  client<Service>(serviceName: string, definition: ServiceDefinition): RpcClientOf<Service>
  close(): Promise<void>
}

export { createRpcServer } from './server.ts'
export type { RpcServerOptions } from './server.ts'
export { createRpcClients } from './clients.ts'
export type { RpcClientsOptions } from './clients.ts'
export type { RpcTls } from './credentials.ts'
export type { VerifyToken } from './incoming-call.ts'
