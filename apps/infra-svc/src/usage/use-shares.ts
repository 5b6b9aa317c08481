import { referenceText, type Reference } from '@akashic/kubernetes'
import type { Database } from '@akashic/shared/postgres'
import type { ContainerUse, Shares, WorkloadUse } from './shares.ts'
import { containerShares, totalShares, type SharesQuery } from './shares.sql.ts'
import { lastReading, type UsageReading } from './store.ts'

export interface UseOfCluster {
  /** Undefined for what was not measured: that is no use of nothing. */
  readonly of: (workload: Reference) => WorkloadUse | undefined
  /** How the last reading of the cluster went; null where it was never asked. */
  readonly reading: UsageReading | null
}

interface ContainerRow extends Reference {
  readonly container: string
  readonly minutes: number
  readonly cpuP50: number
  readonly cpu: readonly number[]
  readonly memoryP50: number
  readonly memory: readonly number[]
}

type TotalRow = Reference & WorkloadUse['totalCpu']

/** How the use of all workloads of a cluster, or of one namespace, was spread over a span of time. */
export async function useShares(db: Database, query: SharesQuery): Promise<UseOfCluster> {
  const [containers, totals, reading] = await Promise.all([
    db.query<ContainerRow>(containerShares(query)),
    db.query<TotalRow>(totalShares(query)),
    lastReading(db, query.cluster),
  ])
  const byWorkload = Map.groupBy(containers, referenceText)
  const uses = new Map(
    totals.map((total): [string, WorkloadUse] => {
      const { p50, p95, max } = total
      const own = byWorkload.get(referenceText(total)) ?? []
      return [referenceText(total), { containers: own.map(useOf), totalCpu: { p50, p95, max } }]
    }),
  )
  return { of: (workload) => uses.get(referenceText(workload)), reading }
}

const useOf = ({ container, minutes, cpuP50, cpu, memoryP50, memory }: ContainerRow): ContainerUse => ({
  ...{ container, minutes, cpu: shares(cpuP50, cpu), memory: shares(memoryP50, memory) },
})

const shares = (p50: number, [p95 = 0, p99 = 0, max = 0]: readonly number[]): Shares => ({ p50, p95, p99, max })
