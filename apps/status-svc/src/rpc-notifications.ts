import type {
  GetNotificationRequest,
  ListNotificationsRequest,
  Notification,
  NotificationService,
  RetryNotificationRequest,
  TestChannelRequest,
} from '@akashic/proto'
import type { UnaryHandler } from '@akashic/shared/rpc'
import { actorOf, forRole, type Started } from '@akashic/shared/access'
import { refuse } from './incident/text.ts'
import { getNotification, listNotifications } from './notification/list-notifications.ts'
import { notificationStates, type NotificationState } from './notification/notification.ts'
import type * as domain from './notification/notification.ts'
import type { NotificationDeps } from './notification/notification-deps.ts'
import { retryNotification } from './notification/retry-notification.ts'
import { testChannel } from './notification/test-channel.ts'

/** The methods of akashic.status.v1.NotificationService. */
export function notificationHandlers(
  deps: NotificationDeps & Started,
): Record<keyof NotificationService, UnaryHandler> {
  return {
    listNotifications: forRole(deps, 'viewer', async (request: ListNotificationsRequest, { principal }) => {
      const asked = { ...request, state: statedState(request.state) }
      const { notifications, nextCursor } = await listNotifications(deps, principal, asked)
      return { notifications: notifications.map(encode), nextCursor }
    }),
    getNotification: forRole(deps, 'viewer', async ({ id }: GetNotificationRequest, { principal }) => ({
      notification: encode(await getNotification(deps.db, principal, id)),
    })),
    retryNotification: forRole(deps, 'operator', async ({ id }: RetryNotificationRequest, call) => ({
      notification: encode(await retryNotification(deps, actorOf(call), id)),
    })),
    testChannel: forRole(deps, 'operator', async (request: TestChannelRequest, call) => ({
      notification: encode(await testChannel(deps, actorOf(call), request)),
    })),
    listChannels: forRole(deps, 'viewer', async () => ({
      channels: deps.telling().channels.map(({ name, type }) => ({ name, type })),
    })),
  }
}

function statedState(text: string): NotificationState | null {
  if (text === '') return null
  return (
    notificationStates.find((state) => state === text) ??
    refuse('state', `must be one of ${notificationStates.join(', ')}`)
  )
}

function encode(notification: domain.Notification): Notification {
  const { id, channel, recipient, subject, person, state, attempts, isUncertain, lastError } = notification
  const { createdAtMs, giveUpAtMs, nextAttemptAtMs, settledAtMs } = notification
  return {
    ...{ id, channel, recipient, subject, person, state, attempts, isUncertain, lastError, createdAtMs, giveUpAtMs },
    type: notification.message.type,
    title: notification.message.title,
    nextAttemptAtMs: nextAttemptAtMs ?? undefined,
    settledAtMs: settledAtMs ?? undefined,
  }
}
