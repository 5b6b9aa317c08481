const text = (description: string) => ({ type: 'string', description })

/** The headers that every event has: CloudEvents 1.0, Kafka protocol binding, binary content mode. */
export const eventHeaders = {
  type: 'object',
  required: ['content-type', 'ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_subject', 'ce_time'],
  properties: {
    'content-type': { const: 'application/json' },
    ce_specversion: { const: '1.0' },
    ce_id: text('Unique: deduplicate by it.'),
    ce_type: text('What happened, as `akashic.incident.opened.v1`.'),
    ce_source: text('The service that says so.'),
    ce_subject: text('Id of what it is about; the key of the record.'),
    ce_time: { type: 'string', format: 'date-time', description: 'UTC, ISO-8601 with milliseconds.' },
    ce_actor: text('Who did it: `person:<id of a key>` or `service:<name>`.'),
    ce_incidentid: text('Id of the incident that it belongs to, where there is one.'),
    ce_traceparent: text('W3C Trace Context of what caused it, where that is traced.'),
    traceparent: text('The same, under the name that tracing libraries look for.'),
  },
} as const

/** What a dead letter has beside them. */
export const deadLetterHeaders = {
  type: 'object',
  required: ['ce_deadgroup', 'ce_deadreason'],
  properties: {
    ce_deadgroup: text('The consumer group that gave the event up.'),
    ce_deadreason: text('Why, as a sentence.'),
    ce_deadtopic: text('The topic where it stood; absent when its topic never took it, as the next two.'),
    ce_deadpartition: { type: 'string', pattern: '^[0-9]+$', description: 'The partition where it stood.' },
    ce_deadoffset: { type: 'string', pattern: '^[0-9]+$', description: 'The offset where it stood.' },
  },
} as const
