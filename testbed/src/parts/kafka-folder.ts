import { homedir } from 'node:os'
import { join } from 'node:path'

export const kafkaVersion = '3.9.1'

/** Where the testbed keeps what it downloads, outside the work tree so that a clean checkout finds it again. */
function cacheFolder(): string {
  return process.env['AKASHIC_TESTBED_CACHE'] ?? join(homedir(), '.cache', 'akashic-testbed')
}

/** Holds Kafka's jars in `lib`. */
export function kafkaFolder(): string {
  return join(cacheFolder(), `kafka-${kafkaVersion}`)
}
