import { OpsError } from '../../errors/index.ts'
import type { RelayOptions } from './relay.ts'

/** Makes a relay's topics where they are missing. That it cannot holds nothing up: they may be there all the same. */
export function createTopicMaker({ bus, topics = [], schema, log }: RelayOptions) {
  let isDue = topics.length > 0
  let isTold = false
  return {
    async makeMissing(): Promise<void> {
      if (!isDue) return
      try {
        for (const { name, detail } of await bus.ensureTopics(topics))
          log.info({ topic: name }, `made ${name}: ${detail}`)
        isDue = false
      } catch (error) {
        // A broker that is away is told of, and waited for, where events are published.
        if (!(error instanceof OpsError) || error.code !== 'permission_denied') throw error
        isDue = false
        if (isTold) return
        isTold = true
        const remedy = 'Let somebody who may run: akashic events topics --apply'
        log.error(
          { err: error, outbox: schema, topics: topics.map(({ name }) => name) },
          `topics cannot be made. ${remedy}`,
        )
      }
    },
    /** A topic that has gone is made again. */
    onFailure(error: unknown): void {
      if (error instanceof OpsError && error.code === 'failed_precondition') isDue = topics.length > 0
    },
  }
}
