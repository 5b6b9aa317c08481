import {
  hasEnded,
  isSame,
  referenceText,
  referenceTo,
  type ClusterView,
  type Kind,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Reference,
  type StorageClass,
} from '@akashic/kubernetes'
import { topOwner } from '../analyse/owner.ts'
import type { Severity } from '../finding/finding.ts'
import type { GroupedFinding } from '../finding/group-findings.ts'
import type { MeasuredVolumes } from './read-volume-use.ts'

type Status = 'healthy' | 'info' | 'warning' | 'critical' | 'unknown'

export interface ClassReport {
  readonly name: string
  readonly isDefault: boolean
  readonly provisioner: string
  readonly bindingMode: 'Immediate' | 'WaitForFirstConsumer'
  readonly reclaimPolicy: string
  readonly isExpandable: boolean
}

export interface ClaimReport {
  readonly namespace: string
  readonly name: string
  readonly status: Status
  readonly phase: string
  /** null where the claim leaves it to the default; '' where it wants none. */
  readonly storageClass: string | null
  /** What it has, or asks for while it has nothing; as written. */
  readonly size: string
  readonly volume: string | null
  readonly accessModes: readonly string[]
  /** What runs the pods that mount it. */
  readonly usedBy: readonly Reference[]
  /** Bytes; null where no kubelet measured it. */
  readonly use: { readonly used: number; readonly capacity: number; readonly ratio: number } | null
  /** Why it is as it is; '' where there is nothing to say. */
  readonly says: string
}

export interface VolumeReport {
  readonly name: string
  readonly status: Status
  readonly phase: string
  readonly storageClass: string
  readonly size: string
  readonly reclaimPolicy: string
  readonly accessModes: readonly string[]
  readonly claim: Reference | null
  readonly says: string
}

/** Classes, claims and volumes of a cluster, each list worst first. */
export interface StorageReport {
  readonly cluster: string
  readonly generatedAt: string
  readonly status: Status
  readonly classes: readonly ClassReport[]
  readonly claims: readonly ClaimReport[]
  readonly claimCount: number
  readonly volumes: readonly VolumeReport[]
  readonly volumeCount: number
  readonly findings: readonly GroupedFinding[]
  /** What could not be seen, and why. */
  readonly unknown: readonly { readonly what: string; readonly reason: string }[]
}

interface Given {
  readonly view: ClusterView
  readonly now: number
  readonly measured: MeasuredVolumes
  /** Those about storage. */
  readonly findings: readonly GroupedFinding[]
  /** Only claims of this namespace, and the volumes that they have; all where it is empty. */
  readonly namespace: string
}

/** Longest list of each. */
const mostShown = 1_000
const rank: Readonly<Record<Status, number>> = { critical: 0, warning: 1, unknown: 2, info: 3, healthy: 4 }

export function storageReport({ view, now, measured, findings: all, namespace }: Given): StorageReport {
  const findings = all.filter(({ object }) => namespace === '' || object.namespace === namespace)
  const users = usersOfClaims(view)
  const claims = [
    ...(namespace === '' ? view.all('PersistentVolumeClaim') : view.inNamespace('PersistentVolumeClaim', namespace)),
  ]
    .map((claim) => claimReport(view, claim, findings, measured, users))
    .toSorted((a, b) => rank[a.status] - rank[b.status] || nameOf(a).localeCompare(nameOf(b)))
  const volumes = [...view.all('PersistentVolume')]
    .filter(({ claim }) => namespace === '' || claim?.namespace === namespace)
    .map((volume) => volumeReport(volume, all))
    .toSorted((a, b) => rank[a.status] - rank[b.status] || a.name.localeCompare(b.name))
  const unknown = unknownIn(view, measured)
  return {
    ...{ cluster: view.cluster, generatedAt: new Date(now).toISOString() },
    status: worst(findings.map(({ severity }) => severity)) ?? (unknown.length > 0 ? 'unknown' : 'healthy'),
    classes: [...view.all('StorageClass')].map(classReport).toSorted((a, b) => a.name.localeCompare(b.name)),
    ...{ claims: claims.slice(0, mostShown), claimCount: claims.length },
    ...{ volumes: volumes.slice(0, mostShown), volumeCount: volumes.length },
    ...{ findings, unknown },
  }
}

const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`

const classReport = (of: StorageClass): ClassReport => ({
  ...{ name: of.name, isDefault: of.isDefault, provisioner: of.provisioner, reclaimPolicy: of.reclaimPolicy },
  ...{ bindingMode: of.bindsOnFirstUse ? 'WaitForFirstConsumer' : 'Immediate', isExpandable: of.isExpandable },
})

function claimReport(
  view: ClusterView,
  claim: PersistentVolumeClaim,
  findings: readonly GroupedFinding[],
  { lookup }: MeasuredVolumes,
  users: ReadonlyMap<string, readonly Reference[]>,
): ClaimReport {
  const own = findings.filter(({ object }) => isSame(object, claim))
  const use = lookup(claim.namespace, claim.name)
  return {
    ...{ namespace: claim.namespace, name: claim.name, phase: claim.phase, storageClass: claim.storageClass },
    size: claim.capacity['storage'] ?? claim.requests['storage'] ?? '',
    ...{ volume: claim.volume || null, accessModes: claim.accessModes, usedBy: users.get(nameOf(claim)) ?? [] },
    use: use && use.capacity > 0 ? { used: use.used, capacity: use.capacity, ratio: use.used / use.capacity } : null,
    status: worst(own.map(({ severity }) => severity)) ?? (claim.phase === 'Bound' ? 'healthy' : 'info'),
    says: own[0]?.summary ?? (claim.phase === 'Pending' ? whyItWaits(view, claim, users.has(nameOf(claim))) : ''),
  }
}

/** Of a claim that waits, and about which there is nothing to be found. */
function whyItWaits(view: ClusterView, { storageClass }: PersistentVolumeClaim, isUsed: boolean): string {
  const used =
    storageClass === null
      ? [...view.all('StorageClass')].find(({ isDefault }) => isDefault)
      : view.get('StorageClass', '', storageClass)
  if (!used?.bindsOnFirstUse) return 'It has been asked for a moment ago.'
  return isUsed
    ? `It waits until its first pod is given a node, as class ${used.name} says.`
    : `It waits for its first pod, as class ${used.name} says.`
}

function volumeReport(volume: PersistentVolume, findings: readonly GroupedFinding[]): VolumeReport {
  const own = findings.filter(({ object }) => isSame(object, volume))
  const { claim } = volume
  return {
    ...{ name: volume.name, phase: volume.phase, storageClass: volume.storageClass },
    ...{ size: volume.capacity['storage'] ?? '', reclaimPolicy: volume.reclaimPolicy, accessModes: volume.accessModes },
    claim: claim && { kind: 'PersistentVolumeClaim', ...claim },
    status: worst(own.map(({ severity }) => severity)) ?? 'healthy',
    says: own[0]?.summary ?? '',
  }
}

const worst = (severities: readonly Severity[]): Severity | undefined =>
  severities.toSorted((a, b) => rank[a] - rank[b])[0]

/** By claim the workloads whose pods mount it. */
function usersOfClaims(view: ClusterView): ReadonlyMap<string, readonly Reference[]> {
  const users = new Map<string, Map<string, Reference>>()
  for (const pod of view.all('Pod')) {
    if (hasEnded(pod)) continue
    for (const { claim } of pod.spec.volumes) {
      if (claim === null) continue
      const owner = referenceTo(topOwner(view, pod))
      const key = `${pod.namespace}/${claim}`
      const known = users.get(key) ?? new Map<string, Reference>()
      users.set(key, known.set(referenceText(owner), owner))
    }
  }
  return new Map([...users].map(([key, owners]) => [key, [...owners.values()]]))
}

function unknownIn(view: ClusterView, { problems }: MeasuredVolumes) {
  const kinds: readonly Kind[] = ['StorageClass', 'PersistentVolume', 'PersistentVolumeClaim', 'Pod']
  const unread = kinds.flatMap((kind) => {
    const freshness = view.freshness(kind)
    return freshness.state === 'fresh' ? [] : [{ what: `${kind} objects`, reason: freshness.reason }]
  })
  const byReason = Map.groupBy(problems, ({ reason }) => reason)
  const unmeasured = [...byReason].map(([reason, nodes]) => ({
    what: `how full claims on ${nodes.length === 1 ? nodes[0]!.node : `${nodes.length} nodes`} are`,
    reason,
  }))
  return [...unread, ...unmeasured]
}
