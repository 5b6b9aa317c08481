import { databaseFinding } from '../../database/database-finding.ts'
import type { Judged, Unknown } from '../../database/judged.ts'
import { advise } from '../../database/remedies.ts'
import { ageText, counted, msText } from '../../database/words.ts'
import type { Finding } from '../../finding/finding.ts'
import { plainText } from '../plain-text.ts'
import { part, settings, unknownOf, type Part, type RedisAround, type RedisTopic } from '../redis-topic.ts'
import { lookInto } from '../remedies.ts'
import { commandTimes, type CommandTime } from '../sample.ts'
import { parseSlowLog, type SlowEntry } from '../slow-log.ts'

const mostEntries = '128'
const mostShown = 20

export interface Slow {
  readonly entries: Part<readonly SlowEntry[]>
  readonly limit: Part<Readonly<Record<string, string>>>
  readonly times: Part<readonly CommandTime[]>
}

/** Commands that took long, while nobody else was served, and those that take most in all. */
export const slow: RedisTopic<Slow> = {
  name: 'slow',
  rules: ['redis-slow-command'],
  isHeavy: false,
  read: async (source) => {
    const { ask, user } = source
    return {
      entries: await part('slow commands', user, async () => parseSlowLog(await ask('SLOWLOG GET', mostEntries))),
      limit: await part('from when on a command is noted as slow', user, () =>
        settings(source, ['slowlog-log-slower-than']),
      ),
      times: await part('the time that commands take', user, async () => commandTimes(source.info())),
    }
  },
  judge: ({ entries, limit, times }, around): Judged => {
    const noted = entries.value ?? []
    const findings = slowFindings(noted, around)
    return {
      says:
        entries.value === null
          ? ''
          : findings.length === 0
            ? 'no command is slow'
            : `${counted(findings.length, 'command')} slow`,
      tables: [...(entries.value ? [entryTable(noted)] : []), ...(times.value ? [timeTable(times.value)] : [])],
      findings,
      unknown: [...unknownOf(entries, limit, times), ...notNoted(limit.value, around)],
    }
  },
}

function notNoted(limit: Readonly<Record<string, string>> | null, { thresholds }: RedisAround): readonly Unknown[] {
  const microseconds = Number(limit?.['slowlog-log-slower-than'] ?? 0)
  if (microseconds >= 0 && microseconds <= thresholds.slowCommandMs * 1_000) return []
  const reason = `slowlog-log-slower-than is ${microseconds}: ${microseconds < 0 ? 'none is noted' : 'only those that take longer are noted'}`
  return [{ what: 'slow commands', reason, howToGet: 'CONFIG SET slowlog-log-slower-than 10000' }]
}

/** What to use instead of commands that look at all there is. */
const instead: Readonly<Record<string, string>> = {
  KEYS: 'Use SCAN instead of KEYS: it goes through the keys in steps',
  SMEMBERS: 'Use SSCAN instead of SMEMBERS, or make the set smaller',
  HGETALL: 'Use HMGET or HSCAN instead of HGETALL, or make the hash smaller',
  HKEYS: 'Use HSCAN instead of HKEYS',
  HVALS: 'Use HSCAN instead of HVALS',
  LRANGE: 'Read the list in smaller parts',
  ZRANGE: 'Read the sorted set in smaller parts',
  DEL: 'Use UNLINK instead of DEL: the memory is given back beside the work',
  FLUSHALL: 'Use FLUSHALL ASYNC',
  FLUSHDB: 'Use FLUSHDB ASYNC',
  SORT: 'Sort where the result is used',
  SORT_RO: 'Sort where the result is used',
  SUNION: 'Join the sets where the result is used, or keep the result',
  SINTER: 'Start from the smallest set, or keep the result',
  EVAL: 'Make the script shorter: nothing else is served while it runs',
  EVALSHA: 'Make the script shorter: nothing else is served while it runs',
  FCALL: 'Make the function shorter: nothing else is served while it runs',
  'DEBUG SLEEP': 'Do not make it sleep',
  SAVE: 'Use BGSAVE instead of SAVE',
}

function slowFindings(entries: readonly SlowEntry[], around: RedisAround): Finding[] {
  const { thresholds, nowMs } = around
  const recent = entries.filter(
    ({ at, ms }) => ms >= thresholds.slowCommandMs && nowMs - at <= thresholds.slowSeconds * 1_000,
  )
  return Object.values(Object.groupBy(recent, ({ command }) => command))
    .map((of) =>
      slowFinding(
        of!.toSorted((a, b) => b.ms - a.ms),
        around,
      ),
    )
    .slice(0, mostShown)
}

/** @param of one command, the longest first. */
function slowFinding(of: readonly SlowEntry[], around: RedisAround): Finding {
  const { thresholds, nowMs, redis } = around
  const longest = of[0]!
  const { command, ms, address, client, argumentCount } = longest
  const latest = Math.max(...of.map(({ at }) => at))
  const owner = around.ownerOf(address)
  const whose = owner?.pod.name ?? (client || address || 'an unknown client')
  return databaseFinding(around, {
    ...{ rule: 'redis-slow-command', severity: ms >= thresholds.verySlowCommandMs ? 'critical' : 'warning' },
    ...{
      kind: 'Command',
      object: command,
      reason: 'SlowCommand',
      since: new Date(Math.min(...of.map(({ at }) => at))),
    },
    summary: `${command} took up to ${msText(ms)} ${of.length === 1 ? 'once' : `${of.length} times`}, last ${ageText(Math.max(0, nowMs - latest) / 1_000)} ago, by ${whose}; nobody else was served meanwhile.`,
    evidence: {
      'SLOWLOG GET command': `${command}, with ${counted(argumentCount, 'argument')}`,
      'SLOWLOG GET duration': msText(ms),
      'SLOWLOG GET client': address || null,
      'SLOWLOG GET client name': client || null,
    },
    remedies: [
      lookInto(redis, 'See it with its arguments', 'SLOWLOG', 'GET', '10'),
      advise(
        instead[command] ?? `Find where ${whose} runs ${command}, and let it ask for less at once`,
        'the code of the application',
      ),
    ],
    because: `${command} held it up for ${msText(ms)}`,
    involves: owner ? [owner.pod, owner.workload] : [],
  })
}

const entryTable = (entries: readonly SlowEntry[]) => ({
  title: 'Slow commands, without their arguments',
  columns: [
    { key: 'at', heading: 'WHEN', unit: 'instant' as const },
    { key: 'ms', heading: 'TOOK', unit: 'ms' as const },
    { key: 'command', heading: 'COMMAND', unit: 'text' as const },
    { key: 'argumentCount', heading: 'ARGUMENTS', unit: 'count' as const },
    { key: 'client', heading: 'CLIENT', unit: 'text' as const },
    { key: 'address', heading: 'ADDRESS', unit: 'text' as const },
  ],
  rows: entries.map(({ at, ...entry }) => ({ ...entry, at: new Date(at).toISOString() })),
})

const timeTable = (times: readonly CommandTime[]) => ({
  title: 'Commands that take most, since the start',
  columns: [
    { key: 'name', heading: 'COMMAND', unit: 'text' as const },
    { key: 'totalMs', heading: 'TOTAL', unit: 'ms' as const },
    { key: 'calls', heading: 'CALLS', unit: 'count' as const },
    { key: 'meanMs', heading: 'MEAN', unit: 'ms' as const },
  ],
  rows: times.slice(0, mostShown).map(({ name, calls, microseconds }) => ({
    ...{ name: plainText(name), calls, totalMs: microseconds / 1_000 },
    meanMs: calls === 0 ? null : microseconds / 1_000 / calls,
  })),
})
