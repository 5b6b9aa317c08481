import type { ChannelSpec } from '@akashic/config'
import { uuidv7 } from '@akashic/shared/ids'
import type { Transaction } from '@akashic/shared/postgres'
import { queueOf, type NotificationDeps } from './notification-deps.ts'
import type { NewNotification } from './notification.ts'
import * as store from './store.ts'

/** Has channels told, once the transaction commits. A destination that is told of the occasion already is not told again;
 *  a channel that the configuration does not have is passed over. */
export async function addNotifications(
  deps: Pick<NotificationDeps, 'clock' | 'queue' | 'telling'>,
  tx: Transaction,
  notifications: readonly NewNotification[],
): Promise<void> {
  const nowMs = deps.clock.now()
  const { channels, notifications: settings } = deps.telling()
  const byName = new Map(channels.map((channel) => [channel.name, channel]))
  for (const notification of notifications.flatMap((one) => addressed(one, byName.get(one.channel)))) {
    const id = uuidv7(nowMs)
    const isNew = await store.insert(tx, id, notification, nowMs, nowMs + settings.giveUpAfter)
    if (isNew) await sendJob(deps, tx, id, notification)
  }
}

/** The notification for each address of a mail channel by itself: one mailbox that is full is told again alone. Nothing for a
 *  channel that there is not. */
function addressed(notification: NewNotification, channel: ChannelSpec | undefined): readonly NewNotification[] {
  if (!channel) return []
  if (channel.type !== 'email' || notification.recipient !== '') return [notification]
  return channel.to.map((recipient) => ({ ...notification, recipient }))
}

/** Queues the next attempt of a notification, behind the others to its destination. */
export async function sendJob(
  { queue }: Pick<NotificationDeps, 'queue'>,
  tx: Transaction,
  id: string,
  { channel, recipient }: Pick<NewNotification, 'channel' | 'recipient'>,
): Promise<void> {
  await queue.send(tx, queueOf(channel), { id }, { key: recipient === '' ? channel : recipient })
}
