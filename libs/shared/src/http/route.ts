import type { ServerResponse } from 'node:http'
import type { z } from 'zod'
import type { Actor } from '../audit/index.ts'
import type { Principal, Role } from '../identity/index.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a handler answers. */
export interface Reply {
  /** Default 200, or 204 without a body. */
  readonly status?: number
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is. */
  readonly content?: { readonly type: string; readonly bytes: Buffer | string }
  /** Writes the answer for as long as it wants to, once the headers are set. Not called for HEAD. */
  readonly stream?: (response: ServerResponse) => void
  /** Version of the resource, sent as its ETag. */
  readonly version?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** What the documentation says of an answer. */
export interface DocumentedAnswer {
  readonly description: string
  /** Of a JSON body. */
  readonly schema?: z.ZodType
  /** Media type of a body that is not JSON. */
  readonly type?: string
}

export interface PublicRequest<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** The body as it came, before validation filled in defaults. */
  readonly sent: unknown
  readonly requestId: string
  /** The caller's address, trusted proxies taken off. */
  readonly address: string
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal
  /** Where a reader of a stream goes on. */
  readonly lastEventId: string | undefined
}

export interface OperatorRequest<Params, Query, Body> extends PublicRequest<Params, Query, Body> {
  readonly principal: Principal
  /** The principal within this request, for audits. */
  readonly actor: Actor
  /** Checks the key again, for what goes on for long.
   *  @throws OpsError as at the beginning of the request. */
  readonly checkKey: () => Promise<void>
  /** The Idempotency-Key of a POST. */
  readonly idempotencyKey: string | undefined
  /** Of If-Match, where the route needs one; else 0. */
  readonly version: number
}

/** A route as documented: from this the OpenAPI document is made. */
export interface RouteDescription {
  readonly method: Method
  /** As OpenAPI writes it: `/api/v1/components/{id}`. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  /** Least role that may call it; absent when anybody may. */
  readonly role?: Role
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** Without If-Match the answer is 428. */
  readonly needsVersion?: boolean
  readonly answers: Readonly<Record<number, DocumentedAnswer>>
}

/** A route as served. */
export interface Route extends RouteDescription {
  /** Ids of the components that a request touches, for keys with a scope; without it they may not call the route. */
  readonly scopedTo?: (request: { params: never; query: never; body: never }) => readonly string[]
  readonly serve: (request: never) => Promise<Reply>
}

type Parsed<Schema> = Schema extends z.ZodType<infer Output> ? Output : undefined

interface Definition<P, Q, B> extends Omit<RouteDescription, 'params' | 'query' | 'body'> {
  readonly params?: P
  readonly query?: Q
  readonly body?: B
}

/** A route for callers with a key. */
export function operatorRoute<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  definition: Definition<P, Q, B> & {
    readonly role: Role
    readonly scopedTo?: (request: { params: Parsed<P>; query: Parsed<Q>; body: Parsed<B> }) => readonly string[]
    readonly serve: (request: OperatorRequest<Parsed<P>, Parsed<Q>, Parsed<B>>) => Promise<Reply>
  },
): Route {
  return definition
}

/** A route for anybody. */
export function publicRoute<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  definition: Definition<P, Q, B> & {
    readonly role?: undefined
    readonly serve: (request: PublicRequest<Parsed<P>, Parsed<Q>, Parsed<B>>) => Promise<Reply>
  },
): Route {
  return definition
}
