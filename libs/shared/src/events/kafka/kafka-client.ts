import { Kafka, logLevel, type logCreator } from 'kafkajs'
import type { Logger } from 'pino'

/** A client whose own log comes at debug: what its failures mean is said by us. */
export function createKafkaClient(brokers: readonly string[], log: Logger): Kafka {
  const logCreator: logCreator =
    () =>
    ({ namespace, log: { message, ...rest } }) =>
      log.debug({ kafka: namespace, error: rest.error as unknown }, message)
  return new Kafka({
    clientId: 'akashic',
    brokers: [...brokers],
    connectionTimeout: 3_000,
    authenticationTimeout: 5_000,
    requestTimeout: 10_000,
    enforceRequestTimeout: true,
    retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 },
    logLevel: logLevel.WARN,
    logCreator,
  })
}
