import type { TopicDefinition } from '@akashic/shared/events'

const dayMs = 86_400_000

/** Everything about incidents, maintenances and alerts; the key is the id of the one or the other. */
export const incidentTopic = 'akashic.incidents.v1'

/** What components are; the key is the component's id. */
export const statusTopic = 'akashic.status.v1'

/** AI providers and what becomes of requests; the key is the provider's name, the model's, or the request's id. */
export const aiTopic = 'akashic.ai.v1'

/** What is wrong in clusters, why, and what was changed in them; the key is the id of the one or the other. */
export const infraTopic = 'akashic.infra.v1'

const owned = [incidentTopic, statusTopic, aiTopic, infraTopic]

/** The topics of the catalogue, and those of what could not be processed. */
export const topics: readonly TopicDefinition[] = owned.flatMap((name) => [
  { name, partitions: 6, retentionMs: 7 * dayMs },
  { name: `${name}.dead`, partitions: 1, retentionMs: 30 * dayMs },
])
