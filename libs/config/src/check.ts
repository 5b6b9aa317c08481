import { isIPv4, isIPv6 } from 'node:net'
import { z } from 'zod'
import { bodyPatternProblem } from './body-pattern.ts'
import { durationBetween } from './duration.ts'
import { postgresUrlProblem } from './postgres-url.ts'

/** What every check has, whatever its kind. */
const schedule = {
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/, 'must be 1 to 63 of a-z, 0-9 and -')
    .optional()
    .describe('Names the check within its component. The kind when left out, numbered when there are several.'),
  interval: durationBetween('1s', '400d').prefault('60s').describe('Time from one run to the next, at least `1s`.'),
  timeout: durationBetween('100ms', '10m')
    .prefault('5s')
    .describe('A run that takes longer has failed; `100ms` to `10m`.'),
  degradedAfterMs: z.int().positive().optional().describe('Slower than this many milliseconds is degraded.'),
  failureThreshold: z.int().min(1).max(100).default(3).describe('Failures in a row before the verdict turns.'),
  successThreshold: z.int().min(1).max(100).default(2).describe('Successes in a row before it turns back.'),
}

const kind = <K extends string>(name: K, text: string) => z.literal(name).describe(text)
const port = z.int().min(1).max(65_535).describe('Port to connect to.')
const isUrlOf = (protocol: RegExp) => (text: string) => URL.canParse(text) && protocol.test(new URL(text).protocol)
const isResolver = (text: string) => {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  if (isIPv6(text)) return true
  return (bracketed === undefined ? isIPv4(plain ?? '') : isIPv6(bracketed)) && Number(port ?? 53) <= 65_535
}
const host = z.string().min(1).max(253).describe('Host name or address.')
const statusCodes = z.array(
  z.union([z.int().min(100).max(599), z.string().regex(/^[1-5]xx$/, 'must be a status code or a class such as 2xx')], {
    error: 'must be a status code such as 200, or a class such as 2xx',
  }),
)

export const httpCheck = z.strictObject({
  kind: kind('http', 'Sends a request; refused or timed out is outage, an unexpected answer is degraded.'),
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).describe('Address to request.'),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET').describe('HTTP method.'),
  headers: z.record(z.string(), z.string()).default({}).describe('Request headers.'),
  body: z.string().max(65_536).optional().describe('Request body.'),
  expectStatus: statusCodes
    .min(1)
    .default(['2xx'])
    .describe('Status codes that count as good: `200`, or a class as `2xx`.'),
  expectBody: z
    .string()
    .max(1_024)
    .superRefine((expected, context) => {
      const message = bodyPatternProblem(expected)
      if (message !== null) context.addIssue({ code: 'custom', message })
    })
    .optional()
    .describe('Text that the body contains, or `/pattern/` (RE2), which is looked for in its first 65,536 characters.'),
  expectJson: z
    .strictObject({
      path: z.string().regex(/^\$/, 'must start with $').describe('JSON path, as `$.a.b[0]`.'),
      equals: z.json().describe('The value that it has.'),
    })
    .optional()
    .describe('A value that the JSON body has.'),
  downOn: statusCodes.default([]).describe('Status codes that mean outage rather than degraded.'),
  certificateExpiresWithin: durationBetween('0s', '400d')
    .optional()
    .describe('Degraded when the certificate ends sooner than this, at most `400d`.'),
  followRedirects: z.boolean().default(true).describe('Follow redirects.'),
  tlsVerify: z.boolean().default(true).describe('Refuse certificates that do not verify.'),
  ...schedule,
})

export const tcpCheck = z.strictObject({
  kind: kind('tcp', 'Opens a connection.'),
  host,
  port,
  ...schedule,
})

export const dnsCheck = z.strictObject({
  kind: kind('dns', 'Resolves a name.'),
  host: host.describe('Name to resolve.'),
  record: z
    .enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT', 'SRV', 'SOA'])
    .default('A')
    .describe('Type of record asked for.'),
  expect: z.string().optional().describe('An answer that must be among those given.'),
  resolver: z
    .string()
    .refine(isResolver, 'must be an address, address:port or [address]:port')
    .optional()
    .describe("Resolver to ask, `address` or `address:port`; the system's when left out."),
  ...schedule,
})

export const tlsCheck = z.strictObject({
  kind: kind('tls', 'Shakes hands and looks at the certificate.'),
  host,
  port: port.default(443),
  serverName: z.string().optional().describe('Name to verify, when it is not the host.'),
  expiresWithin: durationBetween('0s', '400d')
    .prefault('14d')
    .describe('Degraded when the certificate ends sooner than this, at most `400d`.'),
  ...schedule,
})

export const postgresCheck = z.strictObject({
  kind: kind('postgres', 'Connects and runs SELECT 1.'),
  url: z
    .string()
    .superRefine((url, context) => {
      const message = postgresUrlProblem(url)
      if (message !== null) context.addIssue({ code: 'custom', message })
    })
    .describe('Connection string; `sslmode` is the one parameter that it may have.'),
  ...schedule,
  degradedAfterMs: z.int().positive().default(100).describe('Slower than this many milliseconds is degraded.'),
})

export const redisCheck = z.strictObject({
  kind: kind('redis', 'Connects and sends PING.'),
  url: z
    .string()
    .refine(isUrlOf(/^rediss?:$/), 'must be a redis:// or rediss:// URL')
    .describe('Connection string.'),
  ...schedule,
})

export const kafkaCheck = z.strictObject({
  kind: kind('kafka', 'Asks a broker for the metadata of the cluster.'),
  brokers: z
    .array(z.string().regex(/^.+:\d+$/, 'must be host:port'))
    .min(1)
    .describe('Brokers to start from, each `host:port`.'),
  topics: z.array(z.string()).default([]).describe('Topics that must exist.'),
  ...schedule,
})

export const smtpCheck = z.strictObject({
  kind: kind('smtp', 'Connects and says EHLO.'),
  host,
  port: port.default(25),
  starttls: z.boolean().default(false).describe('STARTTLS must be offered and succeed.'),
  ...schedule,
})

export const grpcCheck = z.strictObject({
  kind: kind('grpc', 'Calls the standard health service (grpc.health.v1).'),
  host,
  port,
  service: z.string().default('').describe('Service asked about; the whole server when empty.'),
  tls: z.boolean().default(false).describe('Connect with TLS.'),
  ...schedule,
})

export const openaiCheck = z.strictObject({
  kind: kind('openai', 'Lists the models of an OpenAI-compatible API; a refused key is degraded, not outage.'),
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .default('https://api.openai.com/v1')
    .describe('Base address of the API.'),
  apiKey: z.string().default('').describe('API key.'),
  model: z.string().optional().describe('A model that must be in the list.'),
  ...schedule,
})

export const heartbeatCheck = z.strictObject({
  kind: kind('heartbeat', 'Waits for a job that calls POST /heartbeats/{token}.'),
  token: z.string().min(16).max(200).describe("The job's credential, at least 16 characters."),
  grace: durationBetween('0s', '400d')
    .prefault('60s')
    .describe(
      'Late (degraded) when nothing came for interval + grace; missed (outage) after twice the interval + grace.',
    ),
  ...schedule,
})

export const reportedCheck = z.strictObject({
  kind: kind('reported', 'Takes the state that another service reports, for as long as it says that it holds.'),
  ...schedule,
})

export const checkKinds = [
  httpCheck,
  tcpCheck,
  dnsCheck,
  tlsCheck,
  postgresCheck,
  redisCheck,
  kafkaCheck,
  smtpCheck,
  grpcCheck,
  openaiCheck,
  heartbeatCheck,
  reportedCheck,
] as const

export const checkSchema = z.discriminatedUnion('kind', checkKinds)

/** A check as used: defaults filled in, durations in milliseconds. */
export type CheckSpec = z.output<typeof checkSchema>
/** A check as written in akashic.yaml. */
export type CheckInput = z.input<typeof checkSchema>
export type CheckKindName = CheckSpec['kind']
export type CheckSpecOf<K extends CheckKindName> = Extract<CheckSpec, { kind: K }>
