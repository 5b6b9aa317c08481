export const notificationStateNames = ['queued', 'sending', 'delivered', 'superseded', 'dead'] as const
export type NotificationStateName = (typeof notificationStateNames)[number]

/** Something that was sent, or is to be. */
export interface Notification {
  readonly id: string
  readonly channel: string
  /** Null: whom the channel names. */
  readonly to: string | null
  readonly subject: string
  readonly type: string
  readonly title: string
  readonly person: string | null
  readonly state: NotificationStateName
  readonly attempts: number
  /** An attempt may have been delivered although nothing says so. */
  readonly isUncertain: boolean
  readonly lastError: string | null
  readonly createdAt: string
  readonly nextAttemptAt: string | null
  readonly settledAt: string | null
  readonly giveUpAt: string
}

export const notificationsPath = '/api/v1/notifications'

/** True when an attempt failed and none has delivered it since. */
export const hasFailed = ({ state, lastError }: Notification): boolean => state !== 'delivered' && lastError !== null

/** `ops-slack`, or `mail (ada@example.org)`. */
export const destinationText = ({ channel, to }: Pick<Notification, 'channel' | 'to'>): string =>
  to === null ? channel : `${channel} (${to})`
