import { databaseFinding } from '../../database/database-finding.ts'
import type { Judged, Unknown } from '../../database/judged.ts'
import { advise } from '../../database/remedies.ts'
import { ageText, counted, msText } from '../../database/words.ts'
import type { Finding } from '../../finding/finding.ts'
import type { Info } from '../info.ts'
import { plainText } from '../plain-text.ts'
import { part, settings, unknownOf, type Part, type RedisAround, type RedisTopic } from '../redis-topic.ts'
import { configure, lookInto } from '../remedies.ts'

const pings = 10
const mostPingMs = 2_000

/** A kind of spike that the server noted. Times in ms. */
export interface Spike {
  readonly event: string
  /** ms since 1970, by the server's clock. */
  readonly at: number
  readonly latestMs: number
  readonly longestMs: number
}

export interface Latency {
  /** Round trips of PING in ms, in order. */
  readonly pings: Part<readonly number[]>
  readonly spikes: Part<readonly Spike[]>
  readonly monitor: Part<Readonly<Record<string, string>>>
  /** Null where the login may not ask. */
  readonly info: Info | null
}

/** How long an answer takes, measured from here, and what held the server up by its own account. How long the machine
 *  itself stops for is not measured: that needs a process on it. */
export const latency: RedisTopic<Latency> = {
  name: 'latency',
  rules: ['redis-latency', 'redis-latency-spike'],
  isHeavy: false,
  read: async (source) => {
    const { ask, user } = source
    const measured = await part('the round trip of PING', user, () => measure(source))
    const spikes = await part('what held it up', user, async () => parseSpikes(await ask('LATENCY LATEST')))
    const monitor = await part('whether it notes what holds it up', user, () =>
      settings(source, ['latency-monitor-threshold']),
    )
    const info = await part('', user, async () => source.info())
    return { pings: measured, spikes, monitor, info: info.value }
  },
  judge: ({ pings: measured, spikes, monitor, info }, around): Judged => {
    const medianMs = measured.value && medianOf(measured.value)
    const noted = spikes.value ?? []
    return {
      says: medianMs === null ? '' : `PING takes ${msText(medianMs)} from here`,
      tables: [
        ...(measured.value ? [pingTable(measured.value)] : []),
        ...(spikes.value ? [spikeTable(noted)] : []),
        ...(info ? [percentileTable(info)] : []),
      ],
      findings: [...(medianMs === null ? [] : far(medianMs, measured.value!, around)), ...recent(noted, around)],
      unknown: [...unknownOf(measured, spikes, monitor), ...isOff(monitor.value, noted)],
    }
  },
}

async function measure({ ask, monotonicMs }: Parameters<RedisTopic<Latency>['read']>[0]): Promise<readonly number[]> {
  const times: number[] = []
  for (let total = 0; times.length < pings && total < mostPingMs;) {
    const begun = monotonicMs()
    await ask('PING')
    const took = monotonicMs() - begun
    times.push(took)
    total += took
  }
  return times.toSorted((a, b) => a - b)
}

const medianOf = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0

/** LATENCY LATEST: event, when in s, the latest and the longest in ms. */
export function parseSpikes(answer: unknown): readonly Spike[] {
  if (!Array.isArray(answer)) return []
  return answer.flatMap((each: unknown) => {
    if (!Array.isArray(each)) return []
    const [event, at, latestMs, longestMs] = each as readonly unknown[]
    return [
      { event: plainText(event), at: Number(at) * 1_000, latestMs: Number(latestMs), longestMs: Number(longestMs) },
    ]
  })
}

function isOff(monitor: Readonly<Record<string, string>> | null, noted: readonly Spike[]): readonly Unknown[] {
  if (monitor?.['latency-monitor-threshold'] !== '0' || noted.length > 0) return []
  const howToGet = 'CONFIG SET latency-monitor-threshold 100'
  return [{ what: 'what held it up', reason: 'latency-monitor-threshold is 0: it notes nothing', howToGet }]
}

function far(medianMs: number, sorted: readonly number[], around: RedisAround): Finding[] {
  const { thresholds, redis, name } = around
  if (medianMs < thresholds.pingMs) return []
  return [
    databaseFinding(around, {
      ...{ rule: 'redis-latency', severity: medianMs >= thresholds.pingCriticalMs ? 'critical' : 'warning' },
      ...{ kind: 'Database', object: name, reason: 'LatencyHigh' },
      summary: `PING takes ${msText(medianMs)} from here, the longest of ${sorted.length} ${msText(sorted.at(-1)!)}.`,
      evidence: {
        'PING median': msText(medianMs),
        'PING longest': msText(sorted.at(-1)!),
        'PING shortest': msText(sorted[0]!),
      },
      remedies: [
        lookInto(redis, 'See what takes long, and when', 'SLOWLOG', 'GET', '10'),
        lookInto(redis, 'Measure it from where its users run', '--latency'),
        advise('Look at the load of its machine and at the network between', 'what keeps its answers'),
      ],
      because: `it takes ${msText(medianMs)} to answer PING`,
    }),
  ]
}

/** By the source of the server: what each of its events is. */
const causes: Readonly<Record<string, string>> = {
  command: 'a slow command',
  'fast-command': 'a command that is fast as a rule: the machine was busy',
  fork: 'a fork to save or rewrite its data: less memory, huge pages off, or saving on a replica make it shorter',
  'rdb-unlink-temp-file': 'the removal of a large file',
  'aof-fsync-always': 'a disk that is slow to take what each write must reach',
  'aof-write': 'a disk that is slow to take the append-only file',
  'aof-write-pending-fsync': 'a disk that is slow to take the append-only file',
  'aof-write-active-child': 'a disk that is shared with a save that runs',
  'aof-fstat': 'a slow disk',
  'aof-rewrite-diff-write': 'a disk that is slow to take the rewritten append-only file',
  'expire-cycle': 'many keys that expire at once: spread their times',
  'eviction-cycle': 'the eviction of many keys',
  'eviction-del': 'the eviction of large keys',
  'expire-del': 'the expiry of large keys',
  'active-defrag-cycle': 'active defragmentation: give it less time',
}

function recent(spikes: readonly Spike[], around: RedisAround): Finding[] {
  const { thresholds, redis, nowMs: now } = around
  return spikes
    .filter(({ at, latestMs }) => now - at <= thresholds.slowSeconds * 1_000 && latestMs >= thresholds.spikeMs)
    .map(({ event, at, latestMs, longestMs }) => {
      const cause = causes[event] ?? event
      return databaseFinding(around, {
        ...{ rule: 'redis-latency-spike', severity: 'warning', kind: 'Database', object: around.name, part: event },
        ...{ reason: 'LatencySpike', since: new Date(at) },
        summary: `It served nobody for ${msText(latestMs)}, ${ageText(Math.max(0, now - at) / 1_000)} ago, by ${cause}.`,
        evidence: { 'LATENCY LATEST event': event, 'latest, ms': latestMs, 'longest, ms': longestMs },
        remedies: [
          lookInto(redis, 'See when it came, and how long it took', 'LATENCY', 'HISTORY', event),
          lookInto(redis, 'See what the server makes of it', 'LATENCY', 'DOCTOR'),
          ...(event === 'fork' ? [advise('Save on a replica, or less often', 'when it forks')] : []),
          ...(event === 'expire-cycle'
            ? [
                configure(
                  ...([redis, 'Let it expire keys with less effort', 'active-expire-effort', '1'] as const),
                  ...(['how fast expired keys go', null] as const),
                ),
              ]
            : []),
        ],
      })
    })
}

const pingTable = (sorted: readonly number[]) => ({
  title: 'PING from here',
  columns: [
    { key: 'what', heading: 'ROUND TRIP', unit: 'text' as const },
    { key: 'ms', heading: 'TIME', unit: 'ms' as const },
  ],
  rows: [
    { what: 'shortest', ms: sorted[0] ?? null },
    { what: 'median', ms: medianOf(sorted) },
    { what: `longest of ${counted(sorted.length, 'try', 'tries')}`, ms: sorted.at(-1) ?? null },
  ],
})

const spikeTable = (spikes: readonly Spike[]) => ({
  title: 'What held it up',
  columns: [
    { key: 'event', heading: 'EVENT', unit: 'text' as const },
    { key: 'at', heading: 'WHEN', unit: 'instant' as const },
    { key: 'latestMs', heading: 'LATEST', unit: 'ms' as const },
    { key: 'longestMs', heading: 'LONGEST', unit: 'ms' as const },
  ],
  rows: spikes.map((each) => ({ ...each, at: new Date(each.at).toISOString() })),
})

function percentileTable(info: Info) {
  const ms = (value: number | null) => (value === null ? null : value / 1_000)
  const rows = info
    .groups('latency_percentiles_usec_')
    .map((each) => ({
      name: plainText(each.name),
      p50: ms(each.number('p50')),
      p99: ms(each.number('p99')),
      most: ms(each.number('p99.9')),
    }))
    .toSorted((a, b) => (b.p99 ?? 0) - (a.p99 ?? 0))
  return {
    title: 'Commands, since the start',
    columns: [
      { key: 'name', heading: 'COMMAND', unit: 'text' as const },
      { key: 'p50', heading: 'P50', unit: 'ms' as const },
      { key: 'p99', heading: 'P99', unit: 'ms' as const },
      { key: 'most', heading: 'P99.9', unit: 'ms' as const },
    ],
    rows,
  }
}
