import { ClusterError, hasEnded, type ClusterClient, type ClusterView } from '@akashic/kubernetes'
import type { VolumeUse, VolumeUseLookup } from './volume-use.ts'

/** What kubelets measured, and which of them did not say. */
export interface MeasuredVolumes {
  readonly lookup: VolumeUseLookup
  readonly problems: readonly { readonly node: string; readonly reason: string }[]
}

const deadlineMs = 5_000
const atOnce = 16
/** Of larger clusters the nodes with the most claims are asked. */
const mostNodes = 200

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
 *  nothing. */
export async function readVolumeUse(
  client: Pick<ClusterClient, 'get'>,
  nodes: readonly string[],
  signal?: AbortSignal,
): Promise<MeasuredVolumes> {
  const use = new Map<string, VolumeUse>()
  const problems = nodes.slice(mostNodes).map((node) => ({ node, reason: `only ${mostNodes} nodes are asked` }))
  const waiting = nodes.slice(0, mostNodes).toReversed()
  const work = async (): Promise<void> => {
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      try {
        const path = `/api/v1/nodes/${node}/proxy/stats/summary`
        const summary = (await client.get(path, { deadlineMs, ...(signal && { signal }) })) as Summary
        for (const [claim, measured] of volumesIn(summary)) use.set(claim, measured)
      } catch (error) {
        problems.push({ node, reason: reasonOf(error) })
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { lookup: (namespace, claim) => use.get(`${namespace}/${claim}`), problems }
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

/** Source: k8s.io/kubelet/pkg/apis/stats/v1alpha1, VolumeStats. */
function volumesIn({ pods = [] }: Summary): readonly (readonly [string, VolumeUse])[] {
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

function reasonOf(error: unknown): string {
  if (!(error instanceof ClusterError)) return 'its answer cannot be read'
  return error.missingPermission === null ? error.message : `not allowed: ${error.missingPermission}`
}
