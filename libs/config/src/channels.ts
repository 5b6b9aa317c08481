import { z } from 'zod'
import { durationBetween } from './duration.ts'
import { line } from './text.ts'

const type = <Type extends string>(name: Type, text: string) => z.literal(name).describe(text)
const httpUrl = (text: string) => z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).describe(text)

/** What every channel has, whatever its type. */
const common = {
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/, 'must be 1 to 63 of a-z, 0-9 and -')
    .describe('Names the channel in routes and contacts.'),
  timeout: durationBetween('100ms', '60s').prefault('10s').describe('Bound of one attempt, `100ms` to `60s`.'),
}

/** A key of Standard Webhooks: `whsec_` and 24 to 64 bytes in base64. */
const isWebhookSecret = (secret: string): boolean => {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? []
  const bytes = encoded === undefined ? 0 : Buffer.from(encoded, 'base64').length
  return bytes >= 24 && bytes <= 64
}

export const slackChannel = z.strictObject({
  type: type('slack', 'Slack by a bot token (scopes `chat:write` and `channels:history`): one thread per incident.'),
  token: z.string().min(1).max(500).describe('Bot token, `xoxb-...`.'),
  channel: line().min(1).max(200).describe('Channel to write to: its id, or its name with `#`.'),
  apiUrl: httpUrl('Address of the Web API.').default('https://slack.com/api'),
  ...common,
})

export const slackWebhookChannel = z.strictObject({
  type: type('slack_webhook', 'Slack by an incoming webhook: separate messages.'),
  url: httpUrl('Address of the webhook; it is a secret.'),
  ...common,
})

export const pagerdutyChannel = z.strictObject({
  type: type('pagerduty', 'PagerDuty Events API v2: one dedup key through trigger, acknowledge and resolve.'),
  routingKey: z.string().min(1).max(100).describe('Integration key of the service.'),
  apiUrl: httpUrl('Address of the Events API.').default('https://events.pagerduty.com'),
  ...common,
})

export const emailChannel = z.strictObject({
  type: type('email', 'E-mail over SMTP.'),
  server: z
    .url({ protocol: /^smtps?$/, error: 'must be an smtp or smtps URL, as smtp://user:password@mail.example.org:587' })
    .describe(
      'Mail server, as `smtp://user:password@host:587`; `smtps://` speaks TLS from the start. A password needs TLS, but on loopback.',
    ),
  from: line().min(3).max(320).describe('Sender.'),
  to: z.array(z.email()).max(100).default([]).describe('Who gets what routes send here.'),
  ...common,
})

export const webhookChannel = z.strictObject({
  type: type('webhook', 'An HTTP POST signed by Standard Webhooks; SMS and voice providers are reached through it.'),
  url: httpUrl('Where it is sent.'),
  secret: z
    .string()
    .refine(isWebhookSecret, 'must be whsec_ and 24 to 64 bytes in base64')
    .describe('Key of the signature, `whsec_` and 24 to 64 bytes in base64.'),
  ...common,
})

/** One schema for each type of channel; their order is the order of the reference. */
export const channelTypes = [slackChannel, slackWebhookChannel, pagerdutyChannel, emailChannel, webhookChannel] as const

export const channelSchema = z.discriminatedUnion('type', channelTypes)

/** A place to which notifications go. */
export type ChannelSpec = z.output<typeof channelSchema>
export type ChannelOf<Type extends ChannelSpec['type']> = Extract<ChannelSpec, { readonly type: Type }>
