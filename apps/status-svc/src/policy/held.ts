import type { IncidentPolicy } from '@akashic/config'
import type { Queryable } from '@akashic/shared/postgres'
import { readSpans } from '../status/ledger.ts'
import { asksFor, type IsHeld } from './faults.ts'
import type { Watched } from './watched.ts'

/** Whether each component has had a status of each policy for as long as that asks. Where one such status followed another,
 *  the ledger knows since when; it is read for nothing else. */
export async function readHeld(
  db: Queryable,
  policies: readonly IncidentPolicy[],
  components: readonly Watched[],
  nowMs: number,
): Promise<IsHeld> {
  const isLong = (policy: IncidentPolicy, { sinceMs }: Watched) => sinceMs <= nowMs - policy.for
  const doubtful = policies
    .filter((policy) => policy.when.length > 1)
    .flatMap((policy) => components.map((component) => ({ policy, component })))
    .filter(({ policy, component }) => asksFor(policy, component) && !isLong(policy, component))
  if (doubtful.length === 0) return isLong
  const spans = doubtful.map(({ policy, component }) => ({
    num: component.num,
    fromMs: nowMs - policy.for,
    toMs: nowMs,
  }))
  const intervals = await readSpans(db, spans)
  const held = new Set(
    doubtful
      .filter(({ policy }, i) => isAlways(policy, intervals[i]!, spans[i]!.fromMs))
      .map(({ policy, component }) => `${policy.name} ${component.num}`),
  )
  return (policy, component) => isLong(policy, component) || held.has(`${policy.name} ${component.num}`)
}

function isAlways(
  { when }: IncidentPolicy,
  intervals: readonly { readonly status: string; readonly fromMs: number }[],
  fromMs: number,
): boolean {
  const isThereFromTheStart = intervals.some((interval) => interval.fromMs <= fromMs)
  return isThereFromTheStart && intervals.every(({ status }) => when.some((asked) => asked === status))
}
