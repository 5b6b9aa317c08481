import type { ClusterView } from '@akashic/kubernetes'
import { groupFindings, type GroupedFinding } from '../finding/group-findings.ts'
import type { ReadCluster } from './read-cluster.ts'
import { readReleases } from './read-releases.ts'
import { releaseFindings } from './release-findings.ts'
import type { ReleaseState } from './release-state.ts'

export interface ReleaseWatch {
  /** Reads the releases anew, where the last time is a minute ago. */
  refresh(nowMs: number): Promise<void>
  /** What is wrong with the releases as they were last read. */
  findings(nowMs: number): readonly GroupedFinding[]
}

const everyMs = 60_000

/** Keeps the releases of a cluster for its findings. Those of a place that cannot be read stay as they were read last: what
 *  cannot be seen is not mended.
 *  @param secretsOf namespaces whose Secrets may be read. */
export function watchReleases(
  cluster: ReadCluster,
  view: ClusterView,
  secretsOf: readonly string[],
  random: () => number,
): ReleaseWatch {
  let known: readonly ReleaseState[] = []
  let dueAt = 0
  return {
    refresh: async (nowMs) => {
      if (nowMs < dueAt) return
      dueAt = nowMs + everyMs * (0.8 + 0.4 * random())
      const { releases, unread } = await readReleases(cluster, secretsOf)
      const lost = new Set(unread.map(({ namespace }) => namespace))
      const isLost = ({ keptIn, namespace }: ReleaseState): boolean => lost.has(keptIn === 'Secret' ? namespace : '')
      known = [...releases, ...known.filter(isLost)]
    },
    findings: (nowMs) => groupFindings(view, releaseFindings(view, known, nowMs)),
  }
}
