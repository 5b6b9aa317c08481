import { hasEnded, type ClusterClient, type ClusterView } from '@akashic/kubernetes'
import { readSummaries, type ReadSummariesOptions } from '../kubelet/read-summaries.ts'
import type { VolumeUse, VolumeUseLookup } from './volume-use.ts'

/** What kubelets measured, and which of them did not say. */
export interface MeasuredVolumes {
  readonly lookup: VolumeUseLookup
  readonly problems: readonly { readonly node: string; readonly reason: string }[]
}

/** Of larger clusters the nodes with the most claims are asked. */
export const mostNodes = 200

/** The nodes on which pods use claims, those with the most of them first. */
export function nodesWithClaims(view: ClusterView): readonly string[] {
  const claims = new Map<string, number>()
  for (const pod of view.all('Pod')) {
    if (pod.nodeName === '' || hasEnded(pod)) continue
    const mounted = pod.spec.volumes.filter(({ claim }) => claim !== null).length
    if (mounted > 0) claims.set(pod.nodeName, (claims.get(pod.nodeName) ?? 0) + mounted)
  }
  return [...claims].toSorted(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([node]) => node)
}

/** Asks the kubelets of these nodes how full the claims on them are. A node that does not answer costs the others
 *  nothing, and all together no more than the deadline, 5 s unless given. */
export async function readVolumeUse(
  client: Pick<ClusterClient, 'get'>,
  nodes: readonly string[],
  options: ReadSummariesOptions = {},
): Promise<MeasuredVolumes> {
  const use = new Map<string, VolumeUse>()
  const read = (_: string, summary: unknown): void => {
    for (const [claim, measured] of volumesIn(summary)) use.set(claim, measured)
  }
  const unread = await readSummaries(client, nodes.slice(0, mostNodes), read, options)
  const left = nodes.slice(mostNodes).map((node) => ({ node, reason: `only ${mostNodes} nodes are asked` }))
  return {
    lookup: (namespace, claim) => use.get(`${namespace}/${claim}`),
    problems: [...left, ...[...unread].map(([node, reason]) => ({ node, reason }))],
  }
}

interface Summary {
  readonly pods?: readonly {
    readonly volume?: readonly {
      readonly time?: string
      readonly pvcRef?: { readonly name?: string; readonly namespace?: string }
      readonly capacityBytes?: number
      readonly usedBytes?: number
      readonly inodes?: number
      readonly inodesUsed?: number
    }[]
  }[]
}

/** How full each claim is that a kubelet's summary tells of, as `namespace/name`. Source:
 *  k8s.io/kubelet/pkg/apis/stats/v1alpha1, VolumeStats. */
export function volumesIn(summary: unknown): readonly (readonly [string, VolumeUse])[] {
  const { pods = [] } = summary as Summary
  return pods
    .flatMap(({ volume = [] }) => volume)
    .flatMap(({ pvcRef, capacityBytes, usedBytes, inodes, inodesUsed, time }) => {
      if (pvcRef?.name === undefined || !isCount(capacityBytes) || !isCount(usedBytes)) return []
      const at = Date.parse(time ?? '')
      const use: VolumeUse = {
        ...{ capacity: capacityBytes, used: usedBytes, at: Number.isNaN(at) ? null : at },
        inodes: isCount(inodes) && isCount(inodesUsed) && inodes > 0 ? { capacity: inodes, used: inodesUsed } : null,
      }
      return [[`${pvcRef.namespace ?? ''}/${pvcRef.name}`, use] as const]
    })
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0
