import type { ChannelSpec, NotificationSettings } from '@akashic/config'
import type { Clock } from '@akashic/shared/clock'
import type { Database } from '@akashic/shared/postgres'
import type { Queue } from '@akashic/shared/queue'

/** What sending to channels needs of the configuration. */
export interface TellingSettings {
  readonly channels: readonly ChannelSpec[]
  readonly notifications: NotificationSettings
}

/** What the verbs of notifications need. */
export interface NotificationDeps {
  readonly db: Database
  readonly clock: Clock
  readonly queue: Queue
  /** The settings whose channels have their queues. */
  readonly telling: () => TellingSettings
}

/** Name of the work queue of a channel: one for each, so that a channel that fails delays no other. */
export const queueOf = (channel: string): string => `notify.${channel}`
