import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { requireRole } from '@akashic/shared/access'
import { addAudit } from '../audit/audit.ts'
import { sendJob } from './add-notifications.ts'
import { getNotification } from './list-notifications.ts'
import type { NotificationDeps } from './notification-deps.ts'
import type { Notification } from './notification.ts'
import * as store from './store.ts'

/** Tries a notification again that was given up, as long as a new one.
 *  @throws OpsError not_found, failed_precondition when it was not given up or its channel is configured no more,
 *  permission_denied below operator. */
export async function retryNotification(deps: NotificationDeps, actor: Actor, id: string): Promise<Notification> {
  requireRole(actor.principal, 'operator')
  const nowMs = deps.clock.now()
  const { channels, notifications } = deps.telling()
  return deps.db.transaction(async (tx) => {
    const found = await getNotification(tx, actor.principal, id)
    if (!channels.some(({ name }) => name === found.channel)) {
      throw new OpsError('failed_precondition', `The channel ${found.channel} is configured no more.`)
    }
    const revived = await store.revive(tx, id, nowMs, nowMs + notifications.giveUpAfter)
    if (!revived) {
      throw new OpsError(
        'failed_precondition',
        `The notification is ${found.state}: only one that was given up is tried again.`,
      )
    }
    await sendJob(deps, tx, id, revived)
    await addAudit(tx, nowMs, actor, [
      { action: 'notification.retry', subject: id, detail: { channel: revived.channel } },
    ])
    return revived
  })
}
