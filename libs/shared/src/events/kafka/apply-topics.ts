import kafkajs, { type Admin } from 'kafkajs'
import type { TopicChange, TopicDefinition } from '../event-bus.ts'
import { topicChange } from '../topic-change.ts'

interface PresentTopic extends TopicDefinition {
  /** What was set for this topic and is no default. */
  readonly ownConfig: ReadonlyMap<string, string>
}

export async function applyTopics(
  admin: Admin,
  topics: readonly TopicDefinition[],
  dryRun: boolean,
): Promise<readonly TopicChange[]> {
  const present = await presentTopics(
    admin,
    topics.map(({ name }) => name),
  )
  const changes = topics.map((wanted) => topicChange(wanted, present.get(wanted.name)))
  if (dryRun) return changes
  const missing = topics.filter(({ name }) => !present.has(name))
  if (missing.length > 0) await makeTopics(admin, missing)
  for (const wanted of topics) {
    const found = present.get(wanted.name)
    if (found) await changeTopic(admin, wanted, found)
  }
  return changes
}

/** Makes the topics that are missing. @returns what was made. */
export async function ensureTopics(admin: Admin, topics: readonly TopicDefinition[]): Promise<readonly TopicChange[]> {
  const present = new Set(await admin.listTopics())
  const missing = topics.filter(({ name }) => !present.has(name))
  if (missing.length > 0) await makeTopics(admin, missing)
  return missing.map((wanted) => topicChange(wanted, undefined))
}

/** With the cluster's own replication. A topic that another process makes meanwhile is well. */
export async function makeTopics(admin: Admin, topics: readonly TopicDefinition[]): Promise<void> {
  await admin.createTopics({
    topics: topics.map(({ name, partitions, retentionMs }) => ({
      topic: name,
      numPartitions: partitions,
      configEntries: [{ name: retention, value: String(retentionMs) }],
    })),
  })
}

const retention = 'retention.ms'
/** DescribeConfigs: the value was set on the topic itself. */
const topicConfigSource = 1

async function presentTopics(admin: Admin, names: readonly string[]): Promise<Map<string, PresentTopic>> {
  const existing = new Set(await admin.listTopics())
  const wanted = names.filter((name) => existing.has(name))
  if (wanted.length === 0) return new Map()
  const { topics } = await admin.fetchTopicMetadata({ topics: wanted })
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: wanted.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  })
  const configs = new Map(resources.map(({ resourceName, configEntries }) => [resourceName, configEntries]))
  return new Map(
    topics.map(({ name, partitions }) => {
      const entries = configs.get(name) ?? []
      const own = entries.filter(({ configSource }) => Number(configSource) === topicConfigSource)
      const retentionMs = Number(entries.find((entry) => entry.configName === retention)?.configValue)
      const ownConfig = new Map(own.map(({ configName, configValue }) => [configName, configValue]))
      return [name, { name, partitions: partitions.length, retentionMs, ownConfig }]
    }),
  )
}

async function changeTopic(admin: Admin, wanted: TopicDefinition, present: PresentTopic): Promise<void> {
  const { name } = wanted
  if (present.partitions < wanted.partitions) {
    await admin.createPartitions({ topicPartitions: [{ topic: name, count: wanted.partitions }] })
  }
  if (present.retentionMs === wanted.retentionMs) return
  // The request replaces the whole configuration of the topic.
  const config = new Map([...present.ownConfig, [retention, String(wanted.retentionMs)]])
  const configEntries = [...config].map(([key, value]) => ({ name: key, value }))
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name, configEntries }],
  })
}
