import type { Level, Sample, Surroundings } from '../database/engine.ts'
import type { Info } from './info.ts'

/** Counted since a command was first used, or the counting began anew. */
export interface CommandTime {
  readonly name: string
  readonly calls: number
  readonly microseconds: number
}

/** What a Redis had counted until an instant. Null is what it did not tell. */
export interface RedisSample extends Sample {
  readonly kind: 'redis'
  /** Another after each start. */
  readonly runId: string
  readonly version: string
  readonly role: string | null
  readonly policy: string | null
  readonly maxmemory: number | null
  readonly usedMemory: number | null
  readonly connections: number | null
  readonly keys: number
  readonly commands: number | null
  readonly evicted: number | null
  readonly expired: number | null
  readonly hits: number | null
  readonly misses: number | null
  readonly rejected: number | null
  /** Writes that were refused because the memory is full. */
  readonly refused: number
  readonly errors: number | null
  /** Those that took most. */
  readonly times: readonly CommandTime[]
}

const mostCommands = 50

export function sampleOf(info: Info): RedisSample {
  return {
    ...{ kind: 'redis', runId: info.text('run_id') ?? '', version: versionOf(info), role: info.text('role') },
    ...{ policy: info.text('maxmemory_policy'), maxmemory: info.number('maxmemory') },
    ...{ usedMemory: info.number('used_memory'), connections: info.number('connected_clients') },
    keys: info.groups('db').reduce((total, each) => total + (each.number('keys') ?? 0), 0),
    ...{ commands: info.number('total_commands_processed'), evicted: info.number('evicted_keys') },
    ...{ expired: info.number('expired_keys'), hits: info.number('keyspace_hits') },
    ...{ misses: info.number('keyspace_misses'), rejected: info.number('rejected_connections') },
    ...{ refused: errorsOf(info, 'OOM'), errors: info.number('total_error_replies') },
    times: commandTimes(info).slice(0, mostCommands),
  }
}

/** Those that it told. */
export const levelsOf = ({ usedMemory, connections, keys }: RedisSample): readonly Level[] => [
  ...(usedMemory === null ? [] : [{ what: 'memory', unit: 'bytes' as const, value: usedMemory }]),
  { what: 'keys', unit: 'count', value: keys },
  ...(connections === null ? [] : [{ what: 'connections', unit: 'count' as const, value: connections }]),
]

export const versionOf = (info: Info): string => info.text('valkey_version') ?? info.text('redis_version') ?? 'unknown'

/** Error replies that began with a word. Before 6.2 they are not counted by word. */
export const errorsOf = (info: Info, word: string): number =>
  info
    .groups('errorstat_')
    .find(({ name }) => name === word)
    ?.number('count') ?? 0

/** Commands by the time that they took in all, most first. */
export const commandTimes = (info: Info): readonly CommandTime[] =>
  info
    .groups('cmdstat_')
    .map((each) => ({ name: each.name, calls: each.number('calls') ?? 0, microseconds: each.number('usec') ?? 0 }))
    .toSorted((a, b) => b.microseconds - a.microseconds)

/** What was counted since the last sample; null where there is none, or the counting began anew. */
export function since(previous: Surroundings['previous'], info: Info) {
  const before = previous?.sample as RedisSample | undefined
  if (!previous || !before || before.runId !== info.text('run_id')) return null
  const now = sampleOf(info)
  const seconds = previous.ageMs / 1_000
  const counted = (key: 'evicted' | 'expired' | 'hits' | 'misses' | 'rejected' | 'refused' | 'commands') => {
    const [from, to] = [before[key], now[key]]
    return from === null || to === null || to < from ? null : to - from
  }
  return { seconds, counted }
}
