import { z } from 'zod'
import { durationBetween } from './duration.ts'
import { line } from './text.ts'

const slug = z.string().regex(/^[a-z0-9-]{1,63}$/, 'must be 1 to 63 of a-z, 0-9 and -')
export const openaiUrl = 'https://api.openai.com/v1'
/** What can stand in a header. */
const visible = /^[\x21-\x7e]*$/
const invisible = 'must be visible ASCII characters, without spaces and line breaks'
const modelName = () => line().min(1).max(200)

export const modelFields = z.strictObject({
  id: modelName().describe('Name by which the provider knows it; on Azure, the deployment.'),
  standsInFor: z
    .array(modelName())
    .max(50)
    .default([])
    .describe('Models whose requests it takes when they cannot answer; `*` for every chat model.'),
  endpoints: z
    .array(z.enum(['chat', 'embeddings']))
    .min(1)
    .default(['chat'])
    .describe('What it serves.'),
  features: z
    .array(z.enum(['tools', 'json_schema']))
    .default(['tools', 'json_schema'])
    .describe('What it can do of what requests may use.'),
  contextLength: z
    .int()
    .min(1)
    .optional()
    .describe('Tokens that it takes; a request that is surely longer is not sent to it in place of another.'),
})

const retries = (times: number) => z.int().min(0).max(10).default(times)

const retriesSection = z.strictObject({
  rateLimited: retries(3).describe('After `rate_limit_exceeded`.'),
  overloaded: retries(3).describe('After `overloaded`.'),
  connectionFailed: retries(3).describe('After `api_connection_failed`.'),
  invalidResponse: retries(1).describe('After `invalid_response`.'),
})

const timeoutsSection = z.strictObject({
  connect: durationBetween('10ms', '60s').prefault('5s').describe('Until a connection stands.'),
  firstByte: durationBetween('10ms', '15m').prefault('60s').describe('From the request to the first byte.'),
  idle: durationBetween('10ms', '15m').prefault('30s').describe('From one byte to the next.'),
})

const breakerSection = z.strictObject({
  failures: z
    .int()
    .min(1)
    .max(1_000)
    .default(5)
    .describe('Failures within the window that open a circuit; twice as many in a row open it whatever the share.'),
  share: z.number().min(0.01).max(1).default(0.5).describe('Share of requests that must have failed.'),
  window: durationBetween('1s', '1h').prefault('30s').describe('Window in which they are counted.'),
  cooldown: durationBetween('100ms', '1h')
    .prefault('30s')
    .describe('From the opening to the first trial; it doubles with every trial that fails.'),
  longestCooldown: durationBetween('100ms', '24h').prefault('5m').describe('It doubles up to this.'),
})

export const providerFields = z.strictObject({
  name: slug.describe('Names the provider in keys, components, reports and headers.'),
  kind: z
    .enum(['openai', 'azure', 'anthropic', 'self_hosted'])
    .default('openai')
    .describe('How it authenticates and tells its limits; each by its OpenAI-compatible endpoint.'),
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .regex(/^[^?#@]*$/, 'must have no user, query or fragment')
    .default(openaiUrl)
    .describe('Base address; to be given for every kind but `openai`.'),
  apiKey: z.string().max(1_000).regex(visible, invisible).default('').describe('API key.'),
  apiVersion: line()
    .max(40)
    .optional()
    .describe('Azure only: calls go to `/openai/deployments/...` with this `api-version` instead of `/openai/v1`.'),
  priority: z.int().min(0).max(1_000).default(100).describe('Lower is asked first; among equals, the earlier one.'),
  models: z
    .array(z.union([modelName().transform((id) => modelFields.parse({ id })), modelFields]))
    .min(1)
    .max(100)
    .describe('Models wanted of it: a name, or a mapping as below.'),
  limits: z
    .strictObject({
      requestsPerMinute: z.int().min(1).optional().describe('Requests in a minute.'),
      tokensPerMinute: z.int().min(1).optional().describe('Tokens in a minute.'),
    })
    .prefault({})
    .describe('Its limits, where it sends none in headers.'),
  idempotent: z
    .boolean()
    .default(false)
    .describe('It deduplicates by Idempotency-Key: an attempt that may have been sent is safely sent again.'),
  timeouts: timeoutsSection.prefault({}).describe('Bounds of one attempt.'),
  retries: retriesSection.prefault({}).describe('Attempts after the first, by class of failure, before the backups.'),
  breaker: breakerSection.prefault({}).describe('When it is left alone, for each model.'),
  probe: z
    .strictObject({
      interval: durationBetween('1s', '1h').prefault('30s').describe('Time from one list of models to the next.'),
      completions: z.boolean().default(false).describe('Also ask for one token of each chat model, which costs money.'),
    })
    .prefault({})
    .describe('How it is watched without traffic.'),
})

export const virtualKeyFields = z.strictObject({
  name: slug.describe('Names the key in metrics and reports.'),
  secret: z
    .string()
    .min(16)
    .max(200)
    .regex(visible, invisible)
    .describe('What clients send as their API key; at least 16 characters.'),
  allowedProviders: z.array(slug).min(1).optional().describe('Providers that may see its requests; all when left out.'),
  queue: z.boolean().default(false).describe('Failed requests may be kept, encrypted, and tried again later.'),
  rerunUncertain: z
    .boolean()
    .default(false)
    .describe('An attempt that may have been answered before this process died is made again.'),
})

export const proxySection = z.strictObject({
  maxBodyBytes: z.int().min(1_024).max(104_857_600).default(20_971_520).describe('Largest request; else 413.'),
  maxAnswerBytes: z
    .int()
    .min(1_024)
    .max(104_857_600)
    .default(8_388_608)
    .describe('Largest answer that is not streamed, and largest event of a stream; else `invalid_response`.'),
  deadline: durationBetween('100ms', '1h')
    .prefault('2m')
    .describe('Bound of a request with all its attempts, where the caller says none.'),
  longestWait: durationBetween('0s', '10m')
    .prefault('10s')
    .describe('Longest wait before one retry; where a provider wants more, the backups are asked.'),
  maxConcurrent: z.int().min(1).max(100_000).default(2_000).describe('Requests at once; more are answered 503.'),
})

export const queueSection = z.strictObject({
  keep: durationBetween('1m', '30d').prefault('1h').describe('How long a request or its result is kept.'),
  maxWaiting: z.int().min(1).max(1_000_000).default(10_000).describe('Requests that may wait; more are refused.'),
  concurrency: z.int().min(1).max(256).default(8).describe('Attempts that one process makes at once.'),
  maxAttempts: z.int().min(1).max(100).default(10).describe('Attempts in all, at all providers.'),
})

export const qualitySection = z.strictObject({
  failover: z.boolean().default(true).describe('A model whose answers get worse is left alone, as one that fails.'),
  trials: z.int().min(1).max(50).default(5).describe('Good answers in a row after which it is trusted again.'),
  sampledPerSecond: z.int().min(1).max(1_000).default(3).describe('Answers that one process looks at in a second.'),
  retention: durationBetween('1h', '400d').prefault('30d').describe('How long scores are kept; never the texts.'),
})

export const aiSection = z.strictObject({
  providers: z.array(providerFields).max(20).default([]).describe('AI providers; see below.'),
  keys: z.array(virtualKeyFields).max(1_000).default([]).describe('Virtual keys of the proxy; see below.'),
  proxy: proxySection.prefault({}).describe('The OpenAI-compatible port.'),
  queue: queueSection.prefault({}).describe('Requests that are tried again later.'),
  quality: qualitySection.prefault({}).describe('How answers are judged.'),
})

export type AiSettings = z.output<typeof aiSection>
export type AiProvider = z.output<typeof providerFields>
export type AiModel = z.output<typeof modelFields>
export type VirtualKey = z.output<typeof virtualKeyFields>
