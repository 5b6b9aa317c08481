import type { Event } from './event-bus.ts'

/** The attributes of `event` as CloudEvents 1.0 has them: names of extensions may have only lower-case letters and digits.
 *  Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md */
export function attributesOf(event: Event): Readonly<Record<string, string>> {
  const { deadLetter } = event
  const attributes: Record<string, string | undefined> = {
    specversion: '1.0',
    id: event.id,
    type: event.type,
    source: event.source,
    subject: event.subject,
    time: event.time,
    traceparent: event.traceparent,
    actor: event.actor,
    incidentid: event.incidentId,
    deadgroup: deadLetter?.group,
    deadreason: deadLetter?.reason,
    deadtopic: deadLetter?.position?.topic,
    deadpartition: deadLetter?.position && String(deadLetter.position.partition),
    deadoffset: deadLetter?.position?.offset,
  }
  const given = Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(given)
}

/** `event` in the JSON format of CloudEvents, its data within. */
export function toCloudEvent(event: Event): Readonly<Record<string, unknown>> {
  return { ...attributesOf(event), datacontenttype: 'application/json', data: event.data }
}
