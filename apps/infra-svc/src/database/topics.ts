import { connections } from './topic/connections.ts'
import { anyTopic, type AnyTopic } from './topic.ts'

/** Every topic, in the order in which they are shown. */
export const topics: readonly AnyTopic[] = [anyTopic(connections)]
