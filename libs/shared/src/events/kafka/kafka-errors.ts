import kafkajs from 'kafkajs'
import { OpsError } from '../../errors/index.ts'

const { KafkaJSAggregateError, KafkaJSError, KafkaJSProtocolError } = kafkajs

/** What a broker says of a record, and will say again. */
const refusals = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TOPIC_EXCEPTION'])

/** `unavailable` where a broker did not answer, `failed_precondition` for a topic that does not exist, `permission_denied` for what
 *  this client may not do, `invalid_argument` for a record that no broker will take; else unchanged. */
export function toEventError(error: unknown, topics: readonly string[]): unknown {
  const cause = rootOf(error)
  const type = cause instanceof KafkaJSProtocolError ? cause.type : ''
  const names = [...new Set(topics)].join(', ')
  const told = (code: OpsError['code'], sentence: string) => new OpsError(code, sentence, { cause: error })
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    const remedy = 'make it by `akashic events topics --apply`'
    return told('failed_precondition', `a topic of ${names} does not exist in Kafka: ${remedy}`)
  }
  if (type.endsWith('AUTHORIZATION_FAILED') || type === 'POLICY_VIOLATION') {
    return told('permission_denied', `Kafka does not let this client do that to ${names}: ${sentenceOf(cause)}`)
  }
  if (refusals.has(type)) return told('invalid_argument', `Kafka does not take this for ${names}: ${sentenceOf(cause)}`)
  if (cause instanceof KafkaJSError) return told('unavailable', `Kafka cannot be reached: ${cause.message}`)
  return error
}

/** Making a topic that another process has made meanwhile is no failure. */
const isNews = (error: unknown): boolean =>
  error instanceof KafkaJSProtocolError && error.type !== 'TOPIC_ALREADY_EXISTS'

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What a client's error comes from, without its own wrappings. */
export function rootOf(error: unknown): unknown {
  if (error instanceof KafkaJSAggregateError) return error.errors.find(isNews) ?? error
  return error instanceof KafkaJSError && error.cause instanceof KafkaJSError ? rootOf(error.cause) : error
}
