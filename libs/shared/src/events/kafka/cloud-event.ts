import type { IHeaders, KafkaMessage } from 'kafkajs'
import { attributesOf } from '../cloud-event.ts'
import type { DeadLetter, Event } from '../event-bus.ts'

/** CloudEvents 1.0, Kafka protocol binding, binary content mode: attributes in `ce_` headers, data as the value.
 *  Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md */
export interface KafkaRecord {
  readonly key: string
  readonly value: string
  readonly timestamp: string
  readonly headers: Record<string, string>
}

export function toRecord(event: Event): KafkaRecord {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  for (const [name, value] of Object.entries(attributesOf(event))) headers[`ce_${name}`] = value
  if (event.traceparent !== undefined) headers.traceparent = event.traceparent
  return {
    key: event.subject,
    value: JSON.stringify(event.data),
    timestamp: String(Date.parse(event.time)),
    headers,
  }
}

/** The event in a message, however it was made: what is no CloudEvent gets `unknownType`, and its text as data. */
export function fromMessage(message: KafkaMessage, topic: string, partition: number): Event {
  const ce = (name: string) => textOf(message.headers?.[`ce_${name}`])
  const traceparent = ce('traceparent') ?? textOf(message.headers?.traceparent)
  const [actor, incidentId, deadLetter] = [ce('actor'), ce('incidentid'), deadLetterIn(ce)]
  return {
    id: ce('id') ?? `${topic}/${partition}/${message.offset}`,
    type: ce('type') ?? unknownType,
    source: ce('source') ?? '',
    subject: ce('subject') ?? message.key?.toString() ?? '',
    time: ce('time') ?? new Date(Number(message.timestamp)).toISOString(),
    ...(traceparent !== undefined && { traceparent }),
    ...(actor !== undefined && { actor }),
    ...(incidentId !== undefined && { incidentId }),
    ...(deadLetter && { deadLetter }),
    data: dataOf(message.value?.toString() ?? 'null'),
  }
}

const unknownType = 'unknown'

function deadLetterIn(ce: (name: string) => string | undefined): DeadLetter | undefined {
  const [group, reason, topic, offset] = [ce('deadgroup'), ce('deadreason'), ce('deadtopic'), ce('deadoffset')]
  if (group === undefined || reason === undefined) return undefined
  if (topic === undefined || offset === undefined) return { group, reason }
  return { group, reason, position: { topic, partition: Number(ce('deadpartition')), offset } }
}

function textOf(header: IHeaders[string]): string | undefined {
  const first = Array.isArray(header) ? header[0] : header
  return first?.toString()
}

function dataOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
