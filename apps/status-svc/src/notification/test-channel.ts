import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { uuidv7 } from '@akashic/shared/ids'
import { requireRole } from '@akashic/shared/access'
import { addAudit } from '../audit/audit.ts'
import { checkedBody } from '../incident/text.ts'
import { addNotifications, sendJob } from './add-notifications.ts'
import { getNotification } from './list-notifications.ts'
import type { NotificationDeps } from './notification-deps.ts'
import type { NewNotification, Notification } from './notification.ts'
import * as store from './store.ts'

const longestRecipient = 320

/** Sends a test message; a PagerDuty is told at once that it is over. What becomes of it stands in the notification.
 *  @throws OpsError not_found for a channel that is not configured, permission_denied below operator. */
export async function testChannel(
  deps: NotificationDeps,
  actor: Actor,
  asked: { readonly channel: string; readonly recipient: string },
): Promise<Notification> {
  requireRole(actor.principal, 'operator')
  const { channel } = asked
  const spec = deps.telling().channels.find(({ name }) => name === channel)
  if (!spec) throw new OpsError('not_found', `There is no channel ${channel}.`)
  const recipient = checkedBody('to', asked.recipient, longestRecipient)
  const nowMs = deps.clock.now()
  const id = uuidv7(nowMs)
  return deps.db.transaction(async (tx) => {
    const notification = {
      ...{ channel, recipient, occasion: `test:${id}`, subject: `test:${id}` },
      ...{ incidentNum: null, pageNum: null, person: '' },
      message: {
        ...({ action: 'trigger', urgency: 'info', type: 'test', facts: [], url: null } as const),
        title: 'Test message',
        body: `${actor.principal.name} tries whether this channel works. Nothing is wrong.`,
      },
    }
    await store.insert(tx, id, notification, nowMs, nowMs + deps.telling().notifications.giveUpAfter)
    await sendJob(deps, tx, id, notification)
    if (spec.type === 'pagerduty') await addNotifications(deps, tx, [endOf(notification)])
    await addAudit(tx, nowMs, actor, [{ action: 'notification.test', subject: id, detail: { channel } }])
    return getNotification(tx, actor.principal, id)
  })
}

/** What takes a test message back. */
const endOf = (notification: NewNotification): NewNotification => ({
  ...notification,
  occasion: `${notification.occasion}:end`,
  message: { ...notification.message, action: 'resolve', title: 'Test message: over', body: 'The test is over.' },
})
