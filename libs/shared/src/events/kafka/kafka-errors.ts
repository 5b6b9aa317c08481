import kafkajs from 'kafkajs'
import { OpsError } from '../../errors/index.ts'

const { KafkaJSError, KafkaJSProtocolError } = kafkajs

/** `unavailable` where a broker did not answer, `failed_precondition` for a topic that does not exist; else unchanged. */
export function toEventError(error: unknown, topics: readonly string[]): unknown {
  const cause = rootOf(error)
  if (cause instanceof KafkaJSProtocolError && cause.type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    const names = [...new Set(topics)].join(', ')
    return new OpsError(
      'failed_precondition',
      `a topic of ${names} does not exist in Kafka: make it by \`akashic events topics --apply\``,
      { cause: error },
    )
  }
  if (cause instanceof KafkaJSError) {
    return new OpsError('unavailable', `Kafka cannot be reached: ${cause.message}`, { cause: error })
  }
  return error
}

function rootOf(error: unknown): unknown {
  return error instanceof KafkaJSError && error.cause instanceof KafkaJSError ? rootOf(error.cause) : error
}
