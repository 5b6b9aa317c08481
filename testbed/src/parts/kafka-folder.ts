import { join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'

export const kafkaVersion = '3.9.1'

/** Holds Kafka's jars in `lib`. */
export function kafkaFolder(): string {
  return join(cacheFolder(), `kafka-${kafkaVersion}`)
}
