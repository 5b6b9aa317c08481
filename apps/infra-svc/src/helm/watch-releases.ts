import type { ClusterView } from '@akashic/kubernetes'
import { groupFindings, type GroupedFinding } from '../finding/group-findings.ts'
import type { ReadCluster } from './read-cluster.ts'
import { readReleases } from './read-releases.ts'
import { releaseFindings } from './release-findings.ts'
import type { ReleaseState } from './release-state.ts'

export interface ReleaseWatch {
  /** Reads the releases anew, where the last time is a minute ago. */
  refresh(nowMs: number): Promise<void>
  /** What is wrong with the releases as they were last read. Of a place that could not be read what is open stays.
   *  @param open findings of the cluster that are open. */
  findings(nowMs: number, open?: readonly GroupedFinding[]): readonly GroupedFinding[]
}

const everyMs = 60_000

/** Keeps the releases of a cluster for its findings. Those of a place that cannot be read, or was not yet, stay as they were
 *  seen last, be it by another replica: what cannot be seen is not mended.
 *  @param secretsOf namespaces whose Secrets may be read. */
export function watchReleases(
  cluster: ReadCluster,
  view: ClusterView,
  secretsOf: readonly string[],
  random: () => number,
): ReleaseWatch {
  let known: readonly ReleaseState[] = []
  let lost: ReadonlySet<string> | null = null
  let dueAt = 0
  const isLost = (keptIn: string, namespace: string): boolean =>
    lost === null || lost.has(keptIn === 'Secret' ? namespace : '')
  return {
    refresh: async (nowMs) => {
      if (nowMs < dueAt) return
      dueAt = nowMs + everyMs * (0.8 + 0.4 * random())
      const { releases, unread } = await readReleases(cluster, secretsOf)
      lost = new Set(unread.map(({ namespace }) => namespace))
      known = [...releases, ...known.filter(({ keptIn, namespace }) => isLost(keptIn, namespace))]
    },
    findings: (nowMs, open = []) => {
      const found = groupFindings(view, releaseFindings(view, known, nowMs))
      const ids = new Set(found.map(({ id }) => id))
      const isUntold = ({ id, object, evidence }: GroupedFinding): boolean =>
        object.kind === 'HelmRelease' &&
        !ids.has(id) &&
        evidence.some(({ object: stored }) => isLost(stored.kind, stored.namespace))
      return [...found, ...open.filter(isUntold)]
    },
  }
}
