import type { TopicDefinition } from '@akashic/shared/events'
import {
  aiTopic,
  catalogue,
  incidentTopic,
  infraTopic,
  statusTopic,
  topics,
  type EventDefinition,
} from '../src/index.ts'
import { sampleEvents } from '../src/sample-events.ts'
import { deadLetterHeaders, eventHeaders } from './header-schemas.ts'

const dayMs = 86_400_000
const bindingVersion = '0.5.0'

interface Told {
  readonly name: string
  readonly of: string
  readonly key: string
}

const told: Readonly<Record<string, Told>> = {
  [incidentTopic]: {
    name: 'incidents',
    of: 'Incidents, maintenances and alerts.',
    key: 'Id of the incident, the maintenance or the alert.',
  },
  [statusTopic]: { name: 'status', of: 'What components are.', key: 'Id of the component.' },
  [aiTopic]: {
    name: 'ai',
    of: 'AI providers, their circuits and answers, and what became of queued requests.',
    key: 'Name of the provider or the model, `provider/model`, or the id of the request.',
  },
  [infraTopic]: {
    name: 'infra',
    of: 'What is wrong in clusters, why, and what was changed in them.',
    key: 'Id of the finding, the diagnosis or the change.',
  },
}

const reference = (path: string) => ({ $ref: `#/${path}` })

/** The topics and events as an AsyncAPI 3.0 document that lies beside `schemas/events`. */
export function asyncapi(): Readonly<Record<string, unknown>> {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Akashic Ops events',
      version: '1.0.0',
      description:
        'CloudEvents 1.0 on Kafka, in binary mode: attributes in `ce_` headers, data as the value. ' +
        'Delivered at least once, in order per key. A type keeps its meaning; what breaks it gets another version.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      kafka: {
        host: '{broker}',
        protocol: 'kafka',
        description: 'The cluster of `KAFKA_BROKERS`.',
        variables: { broker: { default: '127.0.0.1:9092', description: '`host:port` of one of its brokers.' } },
      },
    },
    channels: Object.fromEntries(topics.map((topic) => [channelName(topic), channel(topic)])),
    operations: Object.fromEntries(
      topics.map((topic) => [
        `tell.${channelName(topic)}`,
        { action: 'send', channel: reference(`channels/${channelName(topic)}`) },
      ]),
    ),
    components: {
      schemas: { eventHeaders, deadLetterHeaders },
      messages: { ...eventMessages(), ...deadLetterMessages() },
    },
  }
}

const isDead = ({ name }: TopicDefinition): boolean => !(name in told)
const liveName = ({ name }: TopicDefinition): string => name.replace(/\.dead$/, '')
const toldOf = (topic: TopicDefinition): Told => told[liveName(topic)]!
const channelName = (topic: TopicDefinition): string => toldOf(topic).name + (isDead(topic) ? '.dead' : '')

function channel(topic: TopicDefinition) {
  const { name, of, key } = toldOf(topic)
  const description = isDead(topic)
    ? `What a consumer group could not process of \`${liveName(topic)}\`, or that topic never took.`
    : `${of} Key: ${key[0]!.toLowerCase()}${key.slice(1)}`
  const days = `Kept for ${topic.retentionMs / dayMs} days.`
  const messages = isDead(topic)
    ? [`${name}.dead`]
    : catalogue.filter((event) => event.topic === topic.name).map(({ type }) => type)
  return {
    address: topic.name,
    description: `${description} ${days}`,
    messages: Object.fromEntries(messages.map((message) => [message, reference(`components/messages/${message}`)])),
    bindings: {
      kafka: {
        topic: topic.name,
        partitions: topic.partitions,
        topicConfiguration: { 'retention.ms': topic.retentionMs },
        bindingVersion,
      },
    },
  }
}

function eventMessages() {
  const samples = new Map(sampleEvents({ nowMs: 0, actor: 'person:admin' }).map(({ type, data }) => [type, data]))
  return Object.fromEntries(catalogue.map((event) => [event.type, eventMessage(event, samples.get(event.type))]))
}

function eventMessage({ type, topic, source, data }: EventDefinition, sample: unknown) {
  const own = {
    type: 'object',
    required: ['ce_actor'],
    properties: { ce_type: { const: type }, ce_source: { const: source }, ce_id: { type: 'string', format: 'uuid' } },
  }
  return {
    name: type,
    summary: data.description,
    headers: { allOf: [reference('components/schemas/eventHeaders'), own] },
    payload: { $ref: `./schemas/events/${type}.json` },
    bindings: keyed(told[topic]!),
    examples: [{ payload: sample }],
  }
}

function deadLetterMessages() {
  return Object.fromEntries(
    Object.entries(told).map(([topic, it]) => {
      const message = {
        name: `${topic}.dead`,
        summary: 'An event that was given up, with its own headers and what was the matter.',
        headers: {
          allOf: [reference('components/schemas/eventHeaders'), reference('components/schemas/deadLetterHeaders')],
        },
        payload: { description: 'The value as it stood in its topic, fit for its type or not.' },
        bindings: keyed(it),
      }
      return [`${it.name}.dead`, message]
    }),
  )
}

const keyed = ({ key }: Told) => ({ kafka: { key: { type: 'string', description: key }, bindingVersion } })
