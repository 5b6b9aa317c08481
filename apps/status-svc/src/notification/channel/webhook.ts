import { Webhook } from 'standardwebhooks'
import type { ChannelOf } from '@akashic/config'
import type { OutgoingMessage, Sender } from '../message.ts'
import { postJson } from './post-json.ts'
import type { SenderDeps } from './sender-deps.ts'
import { secretsOfUrl } from './without-secrets.ts'

/** Signed by Standard Webhooks. `webhook-id` is the message's id, so that receivers know a repeat; the time is that of the
 *  attempt, as receivers refuse old ones. */
export function webhookSender({ url, secret }: ChannelOf<'webhook'>, { outbound, clock }: SenderDeps): Sender {
  const key = new Webhook(secret)
  const terms = { outbound, clock, secrets: [secret, secret.replace(/^whsec_/, ''), ...secretsOfUrl(url)] }
  return {
    async send(message, signal) {
      const body = JSON.stringify(eventOf(message))
      const sentAt = new Date(clock.now())
      const headers = {
        'webhook-id': message.id,
        'webhook-timestamp': `${Math.floor(sentAt.getTime() / 1_000)}`,
        'webhook-signature': key.sign(message.id, sentAt, body),
      }
      await postJson(terms, { url, headers, body }, signal)
      return { reference: null }
    },
  }
}

function eventOf(message: OutgoingMessage): object {
  const { subject, action, urgency, title, body, facts, url, acknowledgeUrl, to } = message
  return {
    type: message.type,
    timestamp: new Date(message.createdAtMs).toISOString(),
    data: { subject, action, urgency, title, body, facts, url, acknowledgeUrl, to },
  }
}
