import { bloat } from './topic/bloat.ts'
import { cache } from './topic/cache.ts'
import { connections } from './topic/connections.ts'
import { indexes } from './topic/indexes.ts'
import { locks } from './topic/locks.ts'
import { replication } from './topic/replication.ts'
import { sequences } from './topic/sequences.ts'
import { settings } from './topic/settings.ts'
import { slow } from './topic/slow.ts'
import { vacuum } from './topic/vacuum.ts'
import { wal } from './topic/wal.ts'
import { anyTopic, type AnyTopic } from './topic.ts'

/** Every topic, in the order in which they are shown. */
export const topics: readonly AnyTopic[] = [
  anyTopic(connections),
  anyTopic(locks),
  anyTopic(slow),
  anyTopic(indexes),
  anyTopic(bloat),
  anyTopic(vacuum),
  anyTopic(sequences),
  anyTopic(replication),
  anyTopic(wal),
  anyTopic(cache),
  anyTopic(settings),
]
