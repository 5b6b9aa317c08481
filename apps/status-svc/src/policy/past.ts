import type { Queryable } from '@akashic/shared/postgres'
import type { IncidentSummary } from '../incident/incident.ts'
import { isImpaired } from '../incident/impact.ts'
import { readLastResolved } from '../incident/known-incidents.ts'
import { readSpans } from '../status/ledger.ts'
import { readKind } from '../timeline/read-kind.ts'
import type { FaultGroup } from './groups.ts'
import { holdersOf, outsiders, type Past } from './plan.ts'
import type { Watched } from './watched.ts'

/** Reads what the plan for these groups must know; nothing where every fault is in an open incident. */
export async function readPast(
  db: Queryable,
  groups: readonly FaultGroup[],
  open: readonly IncidentSummary[],
  nowMs: number,
): Promise<Past> {
  const held = groups.filter((group) => holdersOf(group, open).length > 0)
  const loose = groups.filter((group) => group.policy !== null && !held.includes(group))
  const nums = loose.flatMap(({ faults }) => faults.map(({ component }) => component.num))
  const lastResolved = await readLastResolved(db, [...new Set(nums)])
  return {
    lastResolved,
    oldNews: await readOldNews(db, loose, lastResolved, nowMs),
    isTakenOut: await readTakenOut(db, held, open),
  }
}

/** Who resolves an incident while a component of it is red knows of that: it is news again once the component was well, or
 *  had another status than the policy asks for. That it was not measured meanwhile is no news. */
async function readOldNews(
  db: Queryable,
  groups: readonly FaultGroup[],
  lastResolved: Past['lastResolved'],
  nowMs: number,
): Promise<ReadonlySet<number>> {
  const known = groups.flatMap(({ faults }) =>
    faults.flatMap(({ component, policy, isByStatus }) => {
      const last = lastResolved.get(component.num)
      const resolvedAtMs = last?.resolvedAtMs ?? null
      if (!isByStatus || policy === null || !last || resolvedAtMs === null || !wasRed(last, component)) return []
      const statuses = new Set<string>([...policy.when, 'unknown'])
      return [{ statuses, span: { num: component.num, fromMs: resolvedAtMs, toMs: nowMs } }]
    }),
  )
  if (known.length === 0) return new Set()
  const intervals = await readSpans(
    db,
    known.map(({ span }) => span),
  )
  const old = known.filter(({ statuses }, i) => intervals[i]!.every(({ status }) => statuses.has(status)))
  return new Set(old.map(({ span }) => span.num))
}

function wasRed({ components }: IncidentSummary, { num }: Watched): boolean {
  const found = components.find((component) => component.num === num)
  return found !== undefined && isImpaired(found.worstStatus) && found.recoveredAtMs === null
}

async function readTakenOut(
  db: Queryable,
  groups: readonly FaultGroup[],
  open: readonly IncidentSummary[],
): Promise<Past['isTakenOut']> {
  const growing = groups.filter((group) => outsiders(group, open).length > 0)
  const holders = new Set(growing.flatMap((group) => holdersOf(group, open)))
  const left = await readKind(
    db,
    [...holders].map(({ num }) => num),
    'left',
  )
  return ({ num }, { id, sinceMs }) =>
    (left.get(num) ?? []).some(({ body, atMs }) => body['componentId'] === id && atMs >= sinceMs)
}
