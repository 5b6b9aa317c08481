import kafkajs from 'kafkajs'
import { backoffMs, pause } from '../wake-up.ts'
import { rootOf } from './kafka-errors.ts'

const leaderless = new Set(['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE'])
const attempts = 6
const [firstDelayMs, longestDelayMs] = [100, 2_000]

/** What `ask` gives, asked again for some seconds while a partition has no leader: when a broker goes, and for a moment after a
 *  topic was made. The client itself gives that up at once.
 *  @throws what `ask` throws. */
export async function throughLeaderChanges<T>(ask: () => Promise<T>, random: () => number): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (!isLeaderless(error) || attempt + 1 >= attempts) throw error
      await pause(backoffMs(attempt, firstDelayMs, longestDelayMs, random))
    }
  }
}

function isLeaderless(error: unknown): boolean {
  const cause = rootOf(error)
  return cause instanceof kafkajs.KafkaJSProtocolError && leaderless.has(cause.type)
}
