import type { ChannelSpec } from '@akashic/config'
import type { Clock } from '@akashic/shared/clock'
import type { OutboundRules } from '@akashic/shared/outbound'
import { createSender } from './channel/create-sender.ts'
import { SendError, type Sender } from './message.ts'

/** The senders of the channels that the configuration has. */
export interface Senders {
  /** @throws SendError when there is no such channel any more. */
  of(channel: string): Sender
  close(): void
}

/** Makes the sender of a channel when it is needed first, and another when its configuration changed. */
export function createSenders(deps: {
  readonly clock: Clock
  readonly outbound: () => OutboundRules
  readonly channels: () => readonly ChannelSpec[]
}): Senders {
  const made = new Map<string, { readonly spec: string; readonly sender: Sender & { close(): void } }>()
  return {
    of: (name) => {
      const channel = deps.channels().find((one) => one.name === name)
      if (!channel) throw new SendError('the channel is configured no more', { isRetriable: false })
      const outbound = deps.outbound()
      const spec = JSON.stringify([channel, outbound])
      const known = made.get(name)
      if (known?.spec === spec) return known.sender
      known?.sender.close()
      const sender = createSender(channel, { clock: deps.clock, outbound })
      made.set(name, { spec, sender })
      return sender
    },
    close: () => {
      for (const { sender } of made.values()) sender.close()
      made.clear()
    },
  }
}
