import { anyRedisTopic, type AnyRedisTopic } from './redis-topic.ts'
import { cache } from './topic/cache.ts'
import { cluster } from './topic/cluster.ts'
import { connections } from './topic/connections.ts'
import { keyspace } from './topic/keyspace.ts'
import { latency } from './topic/latency.ts'
import { memory } from './topic/memory.ts'
import { persistence } from './topic/persistence.ts'
import { replication } from './topic/replication.ts'
import { slow } from './topic/slow.ts'

/** Every topic, in the order in which they are shown. What is alike with Postgres has the same name. */
export const redisTopics: readonly AnyRedisTopic[] = [
  anyRedisTopic(connections),
  anyRedisTopic(latency),
  anyRedisTopic(slow),
  anyRedisTopic(memory),
  anyRedisTopic(cache),
  anyRedisTopic(persistence),
  anyRedisTopic(replication),
  anyRedisTopic(cluster),
  anyRedisTopic(keyspace),
]
