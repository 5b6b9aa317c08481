import { z } from 'zod'
import { checkSchema } from './check.ts'
import { durationBetween } from './duration.ts'
import { line } from './text.ts'

/** Every module that a process can run. */
export const moduleNames = ['status', 'ai-health', 'infra', 'gateway'] as const

export const pageSection = z.strictObject({
  title: line().min(1).max(120).default('Status').describe('Title of the status page.'),
  url: z.url().optional().describe('Public address of the page, for links in badges and notices.'),
})

export const checksSection = z.strictObject({
  maxConcurrent: z.int().min(1).max(10_000).default(256).describe('Checks that one process runs at once.'),
  maxPerHost: z.int().min(1).max(1_000).default(16).describe('Checks that go to one host at once.'),
})

export const visionSection = z.strictObject({
  canaries: z
    .array(checkSchema)
    .max(10)
    .default([])
    .describe(
      'Checks of what must be reachable for this checker to see at all: its gateway, its resolver, one outside address. When all of them fail, results are unknown instead of outages.',
    ),
})

export const retentionSection = z.strictObject({
  results: durationBetween('1d', '400d')
    .prefault('7d')
    .describe('How long single check results are kept, `1d` to `400d`.'),
  rollups: durationBetween('91d', '3650d')
    .prefault('400d')
    .describe('How long five-minute and daily roll-ups are kept, `91d` to `3650d`.'),
})

const perMinute = (requests: number) => z.int().min(1).max(1_000_000).default(requests)

export const httpSection = z.strictObject({
  maxBodyBytes: z
    .int()
    .min(1_024)
    .max(104_857_600)
    .default(1_048_576)
    .describe('Largest request body; a larger one is answered 413.'),
  publicRequestsPerMinute: perMinute(600).describe('Requests that one address may make without a key.'),
  failedKeysPerMinute: perMinute(20).describe('Bad API keys that one address may try.'),
  maxStreams: z.int().min(1).max(100_000).default(10_000).describe('Streams of /status/stream open at once.'),
  maxStreamsPerAddress: z
    .int()
    .min(1)
    .max(100_000)
    .default(100)
    .describe('Streams of /status/stream that one address may have open; for IPv6, one /64 network.'),
})

export const outboundSection = z.strictObject({
  allowHosts: z
    .array(z.string().min(1).max(253))
    .default([])
    .describe('Hosts that checks may reach although their address is link-local or a cloud metadata service.'),
})
