import type { ChannelSpec } from '@akashic/config'
import type { Sender } from '../message.ts'
import { withDeadline } from './deadline.ts'
import { emailSender } from './email.ts'
import { pagerdutySender } from './pagerduty.ts'
import type { SenderDeps } from './sender-deps.ts'
import { slackSender } from './slack.ts'
import { slackWebhookSender } from './slack-webhook.ts'
import { webhookSender } from './webhook.ts'

export type OpenSender = Sender & {
  /** Lets go of connections; what is being sent is sent first. */
  close(): void
}

/** A sender for the channel, each attempt of which ends within the channel's timeout. */
export function createSender(spec: ChannelSpec, deps: SenderDeps): OpenSender {
  const sender = senderOf(spec, deps)
  return {
    send: (message, signal) => withDeadline(spec.timeout, signal, (bounded) => sender.send(message, bounded)),
    close: () => sender.close?.(),
  }
}

function senderOf(spec: ChannelSpec, deps: SenderDeps): Sender & { close?(): void } {
  switch (spec.type) {
    case 'slack':
      return slackSender(spec, deps)
    case 'slack_webhook':
      return slackWebhookSender(spec, deps)
    case 'pagerduty':
      return pagerdutySender(spec, deps)
    case 'email':
      return emailSender(spec, deps)
    case 'webhook':
      return webhookSender(spec, deps)
  }
}
