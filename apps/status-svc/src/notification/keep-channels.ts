import type { Queue } from '@akashic/shared/queue'
import type { Job } from '@akashic/shared/queue'
import { queueOf, type TellingSettings } from './notification-deps.ts'

/** Attempts after the first; a notification gives up by its age long before. */
const mostRetries = 100_000
/** Messages of one channel that are sent at once, each to another recipient. */
const concurrency = 4

/** The settings of which every channel has its queue, and who works on it. */
export interface ChannelKeeper {
  readonly telling: () => TellingSettings
  /** Takes over the configuration as it is now. */
  refresh(): Promise<void>
}

/** Gives each channel that the configuration names a work queue of its own. Until that is done, the settings before hold:
 *  nothing is sent to a queue that is not there. */
export function createChannelKeeper(deps: {
  readonly queue: Queue
  readonly configured: () => TellingSettings
  readonly deliver: (job: Job) => Promise<void>
}): ChannelKeeper {
  const { queue, configured, deliver } = deps
  const ready = new Set<string>()
  let settings: TellingSettings = { ...configured(), channels: [] }
  return {
    telling: () => settings,
    refresh: async () => {
      const next = configured()
      for (const { name } of next.channels) {
        if (ready.has(name)) continue
        await queue.define({
          name: queueOf(name),
          retryLimit: mostRetries,
          retryDelaySeconds: 2,
          retryDelayMaxSeconds: 300,
          heartbeatSeconds: 10,
          expireInSeconds: 120,
        })
        await queue.work(queueOf(name), deliver, { concurrency })
        ready.add(name)
      }
      settings = next
    },
  }
}
