import type { Changed } from '../database/engine.ts'
import { bytesText } from '../database/words.ts'
import type { CommandTime, RedisSample } from './sample.ts'

const slowerBy = 2
const leastMeanMs = 1
const leastCalls = 20

/** What is other now than it was at an earlier time: settings, levels, and counters that jumped. */
export function changesBetween(before: RedisSample, now: RedisSample): readonly Changed[] {
  const isSameRun = before.runId === now.runId
  return [
    ...(isSameRun ? [] : [{ what: 'server', says: 'it was started anew' }]),
    ...other('version', before.version, now.version),
    ...other('role', before.role, now.role),
    ...other('maxmemory-policy', before.policy, now.policy),
    ...other('maxmemory', sizeText(before.maxmemory), sizeText(now.maxmemory)),
    ...level('memory', before.usedMemory, now.usedMemory, bytesText, 1.2, 1_048_576),
    ...level('connections', before.connections, now.connections, String, 1.5, 5),
    ...level('keys', before.keys, now.keys, String, 1.5, 100),
    ...(isSameRun ? [...jumps(before, now), ...slower(before.times, now.times)] : []),
  ]
}

const sizeText = (bytes: number | null): string | null =>
  bytes === null ? null : bytes === 0 ? 'without a limit' : bytesText(bytes)

const other = (what: string, before: string | null, now: string | null): readonly Changed[] =>
  before === null || now === null || before === now ? [] : [{ what, says: `${now}; before it was ${before}` }]

function level(
  what: string,
  before: number | null,
  now: number | null,
  show: (value: number) => string,
  by: number,
  least: number,
): readonly Changed[] {
  if (before === null || now === null || Math.abs(now - before) < least) return []
  const isOther = Math.max(before, now) > Math.max(1, Math.min(before, now)) * by
  return isOther ? [{ what, says: `${show(now)}; before it was ${show(before)}` }] : []
}

const counters = { evicted: 'keys evicted', rejected: 'connections rejected', refused: 'writes refused' } as const

function jumps(before: RedisSample, now: RedisSample): readonly Changed[] {
  return (Object.keys(counters) as (keyof typeof counters)[]).flatMap((key) => {
    const [from, to] = [before[key], now[key]]
    return from === null || to === null || to <= from
      ? []
      : [{ what: counters[key], says: `${to - from} in this time` }]
  })
}

function slower(before: readonly CommandTime[], now: readonly CommandTime[]): readonly Changed[] {
  const known = new Map(before.map((each) => [each.name, each]))
  return now.flatMap(({ name, calls, microseconds }) => {
    const old = known.get(name)
    if (!old || old.calls === 0 || calls - old.calls < leastCalls || microseconds < old.microseconds) return []
    const oldMs = old.microseconds / old.calls / 1_000
    const ms = (microseconds - old.microseconds) / (calls - old.calls) / 1_000
    return ms < leastMeanMs || ms < oldMs * slowerBy
      ? []
      : [{ what: `command ${name}`, says: `${calls - old.calls} calls at ${text(ms)}; before it took ${text(oldMs)}` }]
  })
}

const text = (ms: number): string => `${Number(ms.toPrecision(2))} ms`
