import type { OutgoingMessage } from './message.ts'

export const notificationStates = ['queued', 'sending', 'delivered', 'superseded', 'dead'] as const

/** `superseded`: it was a call to answer what had been answered by then, and was not sent. `sending`: an attempt is under way, or died with its process. `dead`: given up; it can be retried by hand. */
export type NotificationState = (typeof notificationStates)[number]

/** What a notification says, wherever it goes. */
export type Said = Pick<OutgoingMessage, 'action' | 'urgency' | 'type' | 'title' | 'body' | 'facts' | 'url'>

/** Whom a notification reaches: a channel, and a person on it or (empty) whom the channel names. */
export interface Destination {
  readonly channel: string
  readonly recipient: string
}

export interface NewNotification extends Destination {
  /** What it tells of: said to one destination once, however often it is asked for. */
  readonly occasion: string
  /** As `incident:<id>`: the thread of its messages. */
  readonly subject: string
  readonly incidentNum: number | null
  readonly pageNum: number | null
  /** Id of the person who is paged by it; empty: nobody. */
  readonly person: string
  readonly message: Said
}

export interface Notification extends NewNotification {
  readonly num: number
  readonly id: string
  readonly state: NotificationState
  readonly attempts: number
  /** True when an attempt may have been delivered although nothing says so. */
  readonly isUncertain: boolean
  readonly lastError: string
  readonly reference: string | null
  readonly createdAtMs: number
  readonly giveUpAtMs: number
  readonly nextAttemptAtMs: number | null
  readonly settledAtMs: number | null
}

const firstDelayMs = 2_000
const longestDelayMs = 300_000

/** How long to wait after failed attempt number `attempts`: what the receiver asked for, else a delay that doubles up to
 *  five minutes, of which a random half is taken off. */
export function retryDelayMs(attempts: number, retryAfterMs: number | null, random: () => number): number {
  const backoffMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempts - 1, 20))
  if (retryAfterMs !== null) return retryAfterMs + Math.round(random() * firstDelayMs)
  return Math.round(backoffMs * (0.5 + random() / 2))
}
