import type { Changed, Sample } from './engine.ts'
import { bytesText } from './words.ts'

/** Of a statement, since its counting began. */
export interface StatementTime {
  readonly id: string
  readonly calls: number
  readonly totalMs: number
}

/** Since the counting began. */
export interface CheckpointCount {
  readonly timed: number
  /** Those that were asked for, by the log that had no room or by hand. */
  readonly forced: number
  /** The counting began anew when this is another. */
  readonly since: string | null
}

/** What a Postgres has counted until an instant. */
export interface PostgresSample extends Sample {
  readonly kind: 'postgres'
  readonly connections: number
  readonly waiting: number
  readonly commits: number
  readonly rollbacks: number
  readonly hits: number
  readonly reads: number
  readonly deadlocks: number
  readonly tempBytes: number
  readonly bytes: number
  /** When the size was measured; not told in old samples. */
  readonly bytesAt?: string
  /** Counters begin anew when this is another. */
  readonly resetAt: string | null
  /** Not counted in old samples. */
  readonly checkpoints?: CheckpointCount
  /** Those that took most. */
  readonly statements: readonly StatementTime[]
}

const slowerBy = 2
const leastMeanMs = 20
const leastCalls = 20
const leastShare = 0.05

/** What is other now than it was an hour ago: statements that got slower or are new, and counters that jumped. */
export function changesBetween(before: PostgresSample, now: PostgresSample): readonly Changed[] {
  const isReset = before.resetAt !== now.resetAt
  return [
    ...statementChanges(before, now),
    ...level('connections', before.connections, now.connections, (n) => String(n)),
    ...level('size', before.bytes, now.bytes, bytesText, 1.2, now.bytesAt),
    ...(isReset ? [] : jumps(before, now)),
  ]
}

function statementChanges(before: PostgresSample, now: PostgresSample): readonly Changed[] {
  const known = new Map(before.statements.map((each) => [each.id, each]))
  const spent = now.statements.map((each) => {
    const old = known.get(each.id)
    const isSame = old !== undefined && old.calls <= each.calls
    return {
      id: each.id,
      old: isSame ? old : null,
      calls: each.calls - (isSame ? old.calls : 0),
      ms: each.totalMs - (isSame ? old.totalMs : 0),
    }
  })
  const all = spent.reduce((total, { ms }) => total + ms, 0)
  return spent
    .filter(({ calls, ms }) => calls >= leastCalls && ms / calls >= leastMeanMs)
    .toSorted((a, b) => b.ms - a.ms)
    .flatMap(({ id, old, calls, ms }): Changed[] => {
      const mean = Math.round(ms / calls)
      const what = `statement ${id}`
      if (old === null) {
        // One that came in only now may have been below those that took most.
        return ms / all < leastShare ? [] : [{ what, says: `new: ${calls} calls at ${mean} ms` }]
      }
      const oldMean = old.totalMs / Math.max(1, old.calls)
      if (mean < oldMean * slowerBy) return []
      return [{ what, says: `${calls} calls at ${mean} ms; before it took ${oldMean.toPrecision(2)} ms` }]
    })
}

function level(
  what: string,
  before: number,
  now: number,
  show: (value: number) => string,
  by = 1.5,
  measuredAt?: string,
): readonly Changed[] {
  const measured = measuredAt === undefined ? '' : ` (measured ${measuredAt})`
  const isOther = Math.max(before, now) > Math.max(1, Math.min(before, now)) * by && Math.abs(now - before) >= 5
  return isOther ? [{ what, says: `${show(now)}${measured}; before it was ${show(before)}` }] : []
}

function jumps(before: PostgresSample, now: PostgresSample): readonly Changed[] {
  const deadlocks = now.deadlocks - before.deadlocks
  const rollbacks = now.rollbacks - before.rollbacks
  const commits = now.commits - before.commits
  const temp = now.tempBytes - before.tempBytes
  return [
    ...(deadlocks > 0 ? [{ what: 'deadlocks', says: `${deadlocks} in this time` }] : []),
    ...(rollbacks >= 20 && rollbacks > commits / 10
      ? [{ what: 'rollbacks', says: `${rollbacks}, against ${commits} commits` }]
      : []),
    ...(temp >= 1_073_741_824 ? [{ what: 'temporary files', says: `${bytesText(temp)} written` }] : []),
  ]
}

/** What statements took between two samples. One that was not among them before may have come in only now: it is not of the
 *  span; one that counts less than before is counted anew. */
export function spentBetween(before: readonly StatementTime[], after: readonly StatementTime[]) {
  const known = new Map(before.map((each) => [each.id, each]))
  return after.flatMap(({ id, calls, totalMs }) => {
    const old = known.get(id)
    const goesOn = old !== undefined && old.calls <= calls && old.totalMs <= totalMs
    const [spentCalls, spentMs] = goesOn ? [calls - old.calls, totalMs - old.totalMs] : [calls, totalMs]
    return spentCalls === 0
      ? []
      : [{ id, calls: spentCalls, meanMs: spentMs / spentCalls, isOfSpan: old !== undefined }]
  })
}
