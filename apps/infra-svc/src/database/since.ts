import type { Change } from '../change/change.ts'
import { lastRollout } from '../change/last-rollout.ts'
import { usersOf } from './around.ts'
import type { WatchedDatabase } from './databases.ts'
import type { Sample } from './engine.ts'
import { keptSample } from './kept-sample.ts'
import type { DatabaseDeps } from './show-database.ts'

const hourMs = 3_600_000
/** Samples that may be missing around an instant. */
const mostMissedMs = 1_800_000
/** For as long samples are kept. */
const mostMs = 7 * 24 * hourMs

/** What is other than an hour ago, of a database that can be read. Null where nothing was kept of that time. */
export const sinceAnHour = (deps: DatabaseDeps, database: WatchedDatabase, sample: Sample | null) =>
  changesSince(deps, database, sample, hourMs)

/** What is other than before the last rollout of a workload that uses the database, or that runs it. Null where there was none. */
export async function sinceRollout(deps: DatabaseDeps, database: WatchedDatabase, sample: Sample | null) {
  const rollout = await rolloutOf(deps, database).catch(() => null)
  if (rollout === null) return null
  const { at, object, summary } = rollout
  const changes = await changesSince(deps, database, sample, deps.clock.now() - at)
  return { at: new Date(at).toISOString(), object, summary, changes }
}

async function rolloutOf(
  { db, clock, components, clusters }: DatabaseDeps,
  { spec }: WatchedDatabase,
): Promise<Change | null> {
  const all = await components()
  const workloads = [...usersOf(all, spec), ...all.filter(({ id }) => id === spec.component)].flatMap(
    ({ targets }) => targets?.kubernetes ?? [],
  )
  const rollouts = await Promise.all(
    workloads.flatMap(({ cluster, ...workload }) => {
      const followed = clusters.all().find(({ name }) => name === cluster)
      return followed ? [lastRollout(db, followed.model, workload, clock.now() - mostMs)] : []
    }),
  )
  return rollouts.filter((each) => each !== null).toSorted((a, b) => b.at - a.at)[0] ?? null
}

async function changesSince(deps: DatabaseDeps, database: WatchedDatabase, sample: Sample | null, ageMs: number) {
  const before = await keptSample(deps, database, { leastMs: ageMs, mostMs: ageMs + mostMissedMs }, 'newest')
  if (sample === null || before === null) return null
  return { since: before.at.toISOString(), items: database.engine.changesBetween(before.sample, sample) }
}
