import type { Reference } from '@akashic/kubernetes'
import type { Database } from '@akashic/shared/postgres'
import { lastReading, readRuns, type UsageReading } from './store.ts'
import type { ContainerRun } from './usage.ts'

export interface UsageOfWorkload {
  /** Runs of the containers of its pods, the earliest first, those of pods that are gone among them. Empty where nothing
   *  was measured: that is no use of nothing. */
  readonly runs: readonly ContainerRun[]
  /** How the last reading of the cluster went; null where it was never asked. */
  readonly reading: UsageReading | null
}

/** What the containers of a workload used: minutes of the last six hours, and ten minutes together before. */
export async function usageOf(
  db: Database,
  cluster: string,
  { kind, namespace, name }: Reference,
  { since, until }: { readonly since: Date; readonly until: Date },
): Promise<UsageOfWorkload> {
  const query = { cluster, namespace, workloadKind: kind, workload: name, since, until }
  const [runs, reading] = await Promise.all([readRuns(db, query), lastReading(db, cluster)])
  return { runs, reading }
}
