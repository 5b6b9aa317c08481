import type { ClusterClient, ClusterView } from '@akashic/kubernetes'
import type { GroupedFinding } from '../finding/group-findings.ts'
import { readSummaries } from '../kubelet/read-summaries.ts'
import { mostNodes, nodesWithClaims, volumesIn } from './read-volume-use.ts'
import type { VolumeUse, VolumeUseLookup } from './volume-use.ts'

export interface VolumeWatch {
  /** Asks kubelets anew, where the last time is two minutes ago. */
  refresh(nowMs: number): Promise<void>
  readonly lookup: VolumeUseLookup
  /** Of the open findings those about claims of which nobody knows now how full they are: what cannot be seen is not
   *  mended. */
  untold(open: readonly GroupedFinding[]): readonly GroupedFinding[]
}

const everyMs = 120_000

/** Keeps how full the claims of a cluster are for its findings, by what kubelets measure of those that pods use. In large
 *  clusters 200 nodes have their turn each time, those first that were asked longest ago. */
export function watchVolumeUse(
  client: Pick<ClusterClient, 'get'>,
  view: ClusterView,
  random: () => number,
): VolumeWatch {
  const askedAt = new Map<string, number>()
  const measured = new Map<string, ReadonlyMap<string, VolumeUse>>()
  let use: ReadonlyMap<string, VolumeUse> = new Map()
  let dueAt = 0
  const lookup: VolumeUseLookup = (namespace, claim) => use.get(`${namespace}/${claim}`)
  return {
    refresh: async (nowMs) => {
      if (nowMs < dueAt) return
      dueAt = nowMs + everyMs * (0.8 + 0.4 * random())
      const nodes = nodesWithClaims(view).toSorted((a, b) => (askedAt.get(a) ?? 0) - (askedAt.get(b) ?? 0))
      const used = new Set(nodes)
      for (const known of [askedAt, measured]) for (const node of known.keys()) if (!used.has(node)) known.delete(node)
      const asked = nodes.slice(0, mostNodes)
      for (const node of asked) askedAt.set(node, nowMs)
      await readSummaries(client, asked, (node, summary) => measured.set(node, new Map(volumesIn(summary))))
      use = new Map([...measured.values()].flatMap((claims) => [...claims]))
    },
    lookup,
    untold: (open) =>
      open.filter(
        ({ rule, object: { namespace, name } }) =>
          rule === 'claim-near-full' &&
          view.get('PersistentVolumeClaim', namespace, name) !== undefined &&
          lookup(namespace, name) === undefined,
      ),
  }
}
