import { databaseFinding } from '../../database/database-finding.ts'
import type { Judged } from '../../database/judged.ts'
import { advise } from '../../database/remedies.ts'
import { ageText, percentText } from '../../database/words.ts'
import type { Finding } from '../../finding/finding.ts'
import type { Info } from '../info.ts'
import type { RedisAround, RedisTopic } from '../redis-topic.ts'
import { configure, lookInto } from '../remedies.ts'
import { since } from '../sample.ts'

/** What is found in it, and what is thrown away: what expires, and what is evicted because the memory is full. */
export const cache: RedisTopic<Info> = {
  name: 'cache',
  rules: ['redis-eviction-storm', 'redis-hit-rate'],
  isHeavy: false,
  read: async ({ info }) => info(),
  judge: (info, around): Judged => {
    const recent = since(around.previous, info)
    const [hits, misses] = [info.need('keyspace_hits'), info.need('keyspace_misses')]
    const ratio = ratioOf(hits, misses)
    return {
      says: ratio === null ? 'nothing was looked up yet' : `${percentText(ratio)} of what is looked up is found`,
      tables: [table(info, recent)],
      findings: recent ? [...storm(info, recent, around), ...rarelyFound(info, recent, around)] : [],
      unknown: recent
        ? []
        : [
            {
              what: 'how many keys are evicted now',
              reason: 'it has not been looked at in the minutes before, since its start',
              howToGet: 'ask again in a minute',
            },
          ],
    }
  },
}

type Recent = NonNullable<ReturnType<typeof since>>

const ratioOf = (hits: number | null, misses: number | null): number | null =>
  hits === null || misses === null || hits + misses === 0 ? null : hits / (hits + misses)

const keysOf = (info: Info): number => info.groups('db').reduce((total, each) => total + (each.number('keys') ?? 0), 0)

function storm(info: Info, { seconds, counted }: Recent, around: RedisAround): Finding[] {
  const { thresholds, redis, name } = around
  const evicted = counted('evicted')
  if (evicted === null || evicted === 0) return []
  const perSecond = evicted / seconds
  const turnoverSeconds = keysOf(info) / perSecond
  if (perSecond < thresholds.evictionsPerSecond || turnoverSeconds > thresholds.turnoverSeconds) return []
  const limit = info.number('maxmemory')
  const because = `it evicts ${Math.round(perSecond)} keys a second: a key lives ${ageText(turnoverSeconds)}`
  return [
    databaseFinding(around, {
      ...{ rule: 'redis-eviction-storm', severity: 'warning', kind: 'Database', object: name, reason: 'EvictionStorm' },
      summary: `${evicted} keys were evicted in the last ${Math.round(seconds)} s, because the memory is full: as many as it holds each ${ageText(turnoverSeconds)}.`,
      evidence: {
        'INFO evicted_keys': info.number('evicted_keys'),
        'evicted keys a second': Math.round(perSecond),
        'keys that it holds': keysOf(info),
        'INFO maxmemory': limit,
        'INFO maxmemory_policy': info.text('maxmemory_policy'),
      },
      remedies: [
        lookInto(redis, 'See what takes the memory', 'MEMORY', 'STATS'),
        advise('Find what writes so much, and let it keep less or for shorter', 'the code of the application'),
        ...(limit === null
          ? []
          : [
              configure(
                ...([
                  redis,
                  'Raise the limit, where the machine has the memory',
                  'maxmemory',
                  String(limit * 2),
                ] as const),
                ...(['how much it may hold; what its file says holds after a restart', String(limit)] as const),
              ),
            ]),
      ],
      because,
    }),
  ]
}

/** Only of a cache, which is what a policy that evicts makes it: elsewhere to miss may be what is asked. */
function rarelyFound(info: Info, { seconds, counted }: Recent, around: RedisAround): Finding[] {
  const { thresholds, redis, name } = around
  const [hits, misses] = [counted('hits'), counted('misses')]
  const ratio = ratioOf(hits, misses)
  const isCache = (info.text('maxmemory_policy') ?? 'noeviction') !== 'noeviction'
  if (!isCache || ratio === null || hits! + misses! < thresholds.hitMinLookups || ratio >= thresholds.hitRatio)
    return []
  const evicted = counted('evicted') ?? 0
  return [
    databaseFinding(around, {
      ...{ rule: 'redis-hit-rate', severity: 'warning', kind: 'Database', object: name, reason: 'HitRateLow' },
      summary: `Only ${percentText(ratio)} of what was looked up in the last ${Math.round(seconds)} s was found${evicted > 0 ? `, while ${evicted} keys were evicted` : ''}.`,
      evidence: { 'keyspace hits': hits, 'keyspace misses': misses, 'evicted keys': evicted },
      remedies: [
        lookInto(redis, 'See how many keys there are, and how many expire', 'INFO', 'keyspace'),
        advise(
          evicted > 0
            ? 'Give it more memory, or keep less in it'
            : 'Look at whether keys expire too soon, or were thrown away by a deployment',
          'what is found',
        ),
      ],
    }),
  ]
}

function table(info: Info, recent: Recent | null) {
  const row = (what: string, field: string, key: 'evicted' | 'expired' | 'hits' | 'misses') => ({
    what,
    total: info.number(field),
    recently: recent?.counted(key) ?? null,
  })
  return {
    title: recent ? `Keys, since the start and in the last ${Math.round(recent.seconds)} s` : 'Keys, since the start',
    columns: [
      { key: 'what', heading: 'WHAT', unit: 'text' as const },
      { key: 'total', heading: 'SINCE THE START', unit: 'count' as const },
      { key: 'recently', heading: 'RECENTLY', unit: 'count' as const },
    ],
    rows: [
      row('found', 'keyspace_hits', 'hits'),
      row('not found', 'keyspace_misses', 'misses'),
      row('expired', 'expired_keys', 'expired'),
      row('evicted', 'evicted_keys', 'evicted'),
    ],
  }
}
