import { connections } from './topic/connections.ts'
import { indexes } from './topic/indexes.ts'
import { locks } from './topic/locks.ts'
import { slow } from './topic/slow.ts'
import { anyTopic, type AnyTopic } from './topic.ts'

/** Every topic, in the order in which they are shown. */
export const topics: readonly AnyTopic[] = [anyTopic(connections), anyTopic(locks), anyTopic(slow), anyTopic(indexes)]
