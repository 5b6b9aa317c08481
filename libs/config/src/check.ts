import { z } from 'zod'
import { duration } from './duration.ts'

/** What every check has, whatever its kind. */
const schedule = {
  /** Names the check within its component. */
  name: z.string().regex(/^[a-z0-9-]{1,63}$/).optional(),
  interval: duration.default(60_000),
  timeout: duration.default(5_000),
  /** Slower than this is degraded. */
  degradedAfterMs: z.int().positive().optional(),
  /** Failures in a row before the verdict turns. */
  failureThreshold: z.int().min(1).max(100).default(3),
  /** Successes in a row before it turns back. */
  successThreshold: z.int().min(1).max(100).default(2),
}

const port = z.int().min(1).max(65_535)
const host = z.string().min(1).max(253)

export const httpCheck = z.strictObject({
  kind: z.literal('http'),
  url: z.url({ protocol: /^https?$/ }),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET'),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().max(65_536).optional(),
  /** Status codes that count as good: `200`, or ranges as `2xx`. */
  expectStatus: z.array(z.union([z.int().min(100).max(599), z.string().regex(/^[1-5]xx$/)])).min(1).default(['2xx']),
  /** Text that the body contains, or `/pattern/` (RE2). */
  expectBody: z.string().max(1_024).optional(),
  /** JSON path, as `$.a.b[0]`, and the value it has. */
  expectJson: z.strictObject({ path: z.string().regex(/^\$/), equals: z.json() }).optional(),
  /** Codes that mean outage rather than degraded. */
  downOn: z.array(z.union([z.int().min(100).max(599), z.string().regex(/^[1-5]xx$/)])).default([]),
  /** Degraded when the certificate ends sooner than this. */
  certificateExpiresWithin: duration.optional(),
  followRedirects: z.boolean().default(true),
  tlsVerify: z.boolean().default(true),
  ...schedule,
})

export const tcpCheck = z.strictObject({ kind: z.literal('tcp'), host, port, ...schedule })

export const dnsCheck = z.strictObject({
  kind: z.literal('dns'),
  host,
  record: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT', 'SRV', 'SOA']).default('A'),
  /** An answer that must be among those given. */
  expect: z.string().optional(),
  /** Resolver to ask, `address` or `address:port`; the system's when absent. */
  resolver: z.string().optional(),
  ...schedule,
})

export const tlsCheck = z.strictObject({
  kind: z.literal('tls'),
  host,
  port: port.default(443),
  serverName: z.string().optional(),
  expiresWithin: duration.default(14 * 86_400_000),
  ...schedule,
})

export const postgresCheck = z.strictObject({
  kind: z.literal('postgres'),
  url: z.string().regex(/^postgres(ql)?:\/\//),
  ...schedule,
  degradedAfterMs: z.int().positive().default(100),
})

export const redisCheck = z.strictObject({ kind: z.literal('redis'), url: z.string().regex(/^rediss?:\/\//), ...schedule })

export const kafkaCheck = z.strictObject({
  kind: z.literal('kafka'),
  brokers: z.array(z.string().regex(/^.+:\d+$/)).min(1),
  /** Topics that must exist. */
  topics: z.array(z.string()).default([]),
  ...schedule,
})

export const smtpCheck = z.strictObject({
  kind: z.literal('smtp'),
  host,
  port: port.default(25),
  /** STARTTLS must be offered and succeed. */
  starttls: z.boolean().default(false),
  ...schedule,
})

export const grpcCheck = z.strictObject({
  kind: z.literal('grpc'),
  host,
  port,
  /** Service asked about (grpc.health.v1); the whole server when empty. */
  service: z.string().default(''),
  tls: z.boolean().default(false),
  ...schedule,
})

export const openaiCheck = z.strictObject({
  kind: z.literal('openai'),
  baseUrl: z.url({ protocol: /^https?$/ }).default('https://api.openai.com/v1'),
  apiKey: z.string().default(''),
  /** A model that must be in the list. */
  model: z.string().optional(),
  ...schedule,
})

export const heartbeatCheck = z.strictObject({
  kind: z.literal('heartbeat'),
  /** The job's credential: it calls POST /heartbeats/{token}. */
  token: z.string().min(16).max(200),
  /** Late (degraded) when nothing came for interval + grace; missed (outage) after twice the interval + grace. */
  grace: duration.default(60_000),
  ...schedule,
})

export const reportedCheck = z.strictObject({ kind: z.literal('reported'), ...schedule })

export const checkSchema = z.discriminatedUnion('kind', [
  httpCheck, tcpCheck, dnsCheck, tlsCheck, postgresCheck, redisCheck, kafkaCheck, smtpCheck, grpcCheck, openaiCheck,
  heartbeatCheck, reportedCheck,
])

/** A check as used: defaults filled in, durations in milliseconds. */
export type CheckSpec = z.output<typeof checkSchema>
export type CheckKindName = CheckSpec['kind']
export type CheckSpecOf<K extends CheckKindName> = Extract<CheckSpec, { kind: K }>
