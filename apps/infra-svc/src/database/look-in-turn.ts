import type { TopicOutline } from './engine.ts'
import { worst, type DatabaseLook } from './read-report.ts'
import { createTurns } from './turns.ts'

interface Looking {
  readonly topics: ReadonlySet<string>
  readonly look: Promise<DatabaseLook>
}

export type Looks = ReturnType<typeof createLooks>

/** Looks at one database one after the other, so that none takes the time of another for that of the database. Who asks for no
 *  more than a look that goes on, or waits for its turn, gets that one. */
export function createLooks() {
  const turns = createTurns(1)
  const going = new Set<Looking>()
  return async (topics: readonly TopicOutline[], look: () => Promise<DatabaseLook>): Promise<DatabaseLook> => {
    const names = topics.map(({ name }) => name)
    const known = [...going].find((each) => names.every((name) => each.topics.has(name)))
    if (known) return only(await known.look, new Set(names))
    const own = { topics: new Set(names), look: turns.take(look) }
    going.add(own)
    try {
      return await own.look
    } finally {
      going.delete(own)
    }
  }
}

function only({ report, sample }: DatabaseLook, names: ReadonlySet<string>): DatabaseLook {
  const topics = report.topics.filter(({ topic }) => names.has(topic))
  const isReached = report.reachability.state === 'reachable'
  const status = isReached ? worst(topics.map((each) => each.status)) : report.status
  return { report: { ...report, topics, status }, sample }
}
