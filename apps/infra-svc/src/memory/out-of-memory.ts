import {
  containerOf,
  referenceText,
  type ClusterClient,
  type ClusterView,
  type Pod,
  type Reference,
} from '@akashic/kubernetes'
import { podsOf, topOwner } from '../analyse/owner.ts'
import { evicted } from '../analyse/pod/evicted.ts'
import { outOfMemory } from '../analyse/pod/out-of-memory.ts'
import type { Finding, Remedy } from '../finding/finding.ts'
import { readLogs } from '../log/read-logs.ts'
import { heapAdvice } from './heap-advice.ts'

/** Of what memory ran out. Each has another remedy. */
export type OutOfMemoryKind = 'container_limit' | 'heap' | 'node' | 'eviction' | 'unknown'

export interface OutOfMemory {
  readonly kind: OutOfMemoryKind
  readonly workload: Reference
  readonly pod: Reference
  /** Empty for an eviction: the whole pod went. */
  readonly container: string
  readonly at: number | null
  readonly says: string
  readonly remedies: readonly Remedy[]
  /** As the cluster's own diagnosis has it; null of the unknown kind. */
  readonly finding: Finding | null
}

const recentMs = 3_600_000
/** V8 ends a process so: SIGABRT, or SIGTRAP. */
const heapExits: ReadonlySet<number | null> = new Set([134, 133])

/** Which pods of workloads ran out of memory in the last hour, and of which kind. Logs are read only of those that may have
 *  run out of heap: nothing else tells that from another abort. */
export async function outOfMemoryOf(
  { view, client }: { readonly view: ClusterView; readonly client: Pick<ClusterClient, 'getText'> },
  workloads: readonly Reference[],
  nowMs: number,
  signal: AbortSignal,
): Promise<readonly OutOfMemory[]> {
  const pods = workloads.flatMap((workload) => podsOf(view, workload))
  const aborted = pods.filter((pod) => abortsOf(pod, nowMs).length > 0)
  const unread = new Map<string, string>()
  const onUnread = ({ uid }: Pod, reason: string): void => void unread.set(uid, reason)
  const logs = await readLogs(client, aborted, signal, { onUnread })
  const look = { view, now: nowMs, logs: (uid: string) => logs.get(uid) ?? [] }
  const wanted = new Map(pods.map((pod) => [pod.uid, pod]))
  const isRecent = ({ since }: Finding): boolean => since === null || nowMs - since <= recentMs
  const found = [...outOfMemory.find(look), ...[...evicted.find(look)].filter(isForMemory)]
    .filter((finding) => wanted.has(finding.uid) && isRecent(finding))
    .map((finding) => ofFinding(view, wanted.get(finding.uid)!, finding))
  const unknown = aborted.flatMap((pod) => ofUnread(view, pod, nowMs, unread.get(pod.uid) ?? unreadOf(pod, logs)))
  return [...found, ...unknown].toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0))
}

const kinds: Readonly<Record<string, OutOfMemoryKind>> = {
  OOMKilled: 'container_limit',
  HeapOutOfMemory: 'heap',
  SystemOOM: 'node',
  Evicted: 'eviction',
}

/** Pods are put out for disk and process ids too. */
const isForMemory = ({ summary }: Finding): boolean => /\bmemory\b|MemoryPressure/i.test(summary)

function ofFinding(view: ClusterView, pod: Pod, finding: Finding): OutOfMemory {
  const workload = topOwner(view, pod)
  const container = containerOf(pod, finding.part)
  const kind = kinds[finding.reason] ?? 'unknown'
  const ownHeap = kind === 'container_limit' || kind === 'heap'
  return {
    ...{ kind, workload, pod: finding.object, container: finding.part, at: finding.since, says: finding.summary },
    remedies: [
      ...finding.remedies,
      ...finding.blames.flatMap((blame) => blame.remedies ?? []),
      ...(kind === 'eviction' ? [truthfulRequest(workload)] : []),
      ...(ownHeap && container ? heapAdvice(container, finding.object, workload) : []),
    ],
    finding,
  }
}

function ofUnread(view: ClusterView, pod: Pod, nowMs: number, reason: string | null): readonly OutOfMemory[] {
  if (reason === null) return []
  const object = { kind: 'Pod', namespace: pod.namespace, name: pod.name }
  return abortsOf(pod, nowMs).map(({ name, exitCode, finishedAt }) => ({
    ...{ kind: 'unknown', workload: topOwner(view, pod), pod: object, container: name, at: finishedAt },
    says: `Container ${name} of ${referenceText(object)} ended with exit code ${exitCode}: its heap may have run full. Its log would tell, and cannot be read: ${reason}.`,
    ...{ remedies: [], finding: null },
  }))
}

/** Of many pods not all are read. */
const unreadOf = ({ uid }: Pod, logs: ReadonlyMap<string, readonly unknown[]>): string | null =>
  logs.has(uid) ? null : 'too many pods ended so'

function abortsOf({ statuses, deletedAt }: Pod, nowMs: number) {
  if (deletedAt !== null) return []
  return statuses.flatMap(({ name, now, last }) => {
    const run = [now, last].find((each) => each?.state === 'terminated' && each.exitCode !== 0)
    if (!run || !heapExits.has(run.exitCode)) return []
    if (run.finishedAt !== null && nowMs - run.finishedAt > recentMs) return []
    return [{ name, exitCode: run.exitCode, finishedAt: run.finishedAt }]
  })
}

const truthfulRequest = ({ kind, namespace, name }: Reference): Remedy => ({
  title: `Give ${kind} ${namespace}/${name} a memory request that is what it uses, so that the scheduler leaves room for it`,
  command: null,
  changes: 'the memory request of its containers; it starts a rollout',
  undo: 'put back the request that was there before',
  isDestructive: false,
})
