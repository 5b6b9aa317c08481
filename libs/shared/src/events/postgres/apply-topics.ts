import type { Database } from '../../postgres/index.ts'
import type { TopicChange, TopicDefinition } from '../event-bus.ts'
import { topicChange } from '../topic-change.ts'
import { putTopic, readTopics } from './store.ts'

export async function applyTopics(
  db: Database,
  topics: readonly TopicDefinition[],
  dryRun: boolean,
): Promise<readonly TopicChange[]> {
  const present = new Map(
    (
      await readTopics(
        db,
        topics.map(({ name }) => name),
      )
    ).map((topic) => [topic.name, topic]),
  )
  const changes = topics.map((wanted) => topicChange(wanted, present.get(wanted.name)))
  if (dryRun) return changes
  await db.transaction(async (tx) => {
    for (const { name, partitions, retentionMs } of [...topics].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      await putTopic(tx, name, partitions, retentionMs)
    }
  })
  return changes
}
