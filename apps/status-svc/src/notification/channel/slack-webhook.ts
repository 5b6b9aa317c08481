import type { ChannelOf } from '@akashic/config'
import type { Sender } from '../message.ts'
import { postJson } from './post-json.ts'
import type { SenderDeps } from './sender-deps.ts'
import { slackText } from './slack-text.ts'
import { secretsOfUrl } from './without-secrets.ts'

/** An incoming webhook: it tells no `ts`, so that there are no threads and no way to find what was sent. */
export function slackWebhookSender({ url }: ChannelOf<'slack_webhook'>, { outbound, clock }: SenderDeps): Sender {
  const terms = { outbound, clock, secrets: secretsOfUrl(url) }
  return {
    async send(message, signal) {
      await postJson(terms, { url, body: JSON.stringify(slackText(message)) }, signal)
      return { reference: null }
    },
  }
}
