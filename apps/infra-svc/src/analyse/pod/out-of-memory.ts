import {
  containerOf,
  quantity,
  referenceTo,
  type ClusterView,
  type ContainerState,
  type ContainerStatus,
  type KubeEvent,
  type Pod,
  type Reference,
} from '@akashic/kubernetes'
import type { Blame, Evidence, Finding, Remedy } from '../../finding/finding.ts'
import { isLastComplaint } from '../../log/last-complaint.ts'
import { logFacts, ofOthers, type LogFact } from '../../log/log-facts.ts'
import type { LogTail } from '../../log/log-lines.ts'
import type { Analyser, Look } from '../analyser.ts'
import { eventsWith } from '../events.ts'
import { topOwner } from '../owner.ts'
import { eventQuote, fieldQuote, logQuote, runPath } from '../quote.ts'
import { quoted } from '../../remedy/command.ts'
import { relieve } from '../../remedy/node.ts'
import { ofDefault, ofHeap, ofMemoryLimit } from '../../remedy/memory.ts'
import { ofCommand } from '../../remedy/process.ts'
import { lookAt } from '../remedies.ts'
import { givenBy } from './given-by.ts'

const recentMs = 3_600_000
/** How far apart the kernel's kill and the kubelet's word of it may be. */
const nearMs = 60_000

/** Memory ran out, of one of three kinds: the container's limit, the heap of V8 or a JVM, or the whole node. That a kubelet evicts
 *  for memory is a fourth, and told as an eviction. */
export const outOfMemory: Analyser = {
  rules: ['pod-out-of-memory'],
  needs: ['Pod', 'Event'],
  *find(look) {
    for (const pod of look.view.all('Pod')) {
      if (pod.deletedAt !== null) continue
      for (const status of pod.statuses) {
        const finding = kindOf(look, pod, status)
        if (finding) yield finding
      }
    }
  },
}

function kindOf(look: Look, pod: Pod, status: ContainerStatus): Finding | null {
  const run = [status.now, status.last].find((each) => each?.state === 'terminated' && each.exitCode !== 0)
  if (!run || (run.finishedAt !== null && look.now - run.finishedAt > recentMs)) return null
  const ended = fieldQuote(
    pod,
    runPath(status, run),
    `${run.reason || 'Error'}, exit code ${run.exitCode ?? 'unknown'}`,
    run.finishedAt,
  )
  const since = run.finishedAt ?? pod.startedAt
  // Under cgroups v2 a process that the node's shortage took is told like one that met its limit.
  const isUnlimited = containerOf(pod, status.name)?.limits['memory'] === undefined
  if (run.reason === 'OOMKilled') {
    const ofNode = isUnlimited ? nodeMemory(look, pod, status, ended, since) : null
    return ofNode ?? containerLimit(look, pod, status, ended, since)
  }
  const ofNode = run.exitCode === 137 ? nodeMemory(look, pod, status, ended, since) : null
  return ofNode ?? heap(look, pod, status, run, ended, since)
}

function containerLimit(
  { view }: Look,
  pod: Pod,
  status: ContainerStatus,
  ended: Evidence,
  since: number | null,
): Finding {
  const limit = containerOf(pod, status.name)?.limits['memory']
  const owner = topOwner(view, pod)
  return made(pod, status, {
    ...{
      reason: 'OOMKilled',
      since,
      evidence: [
        ended,
        ...(limit === undefined
          ? []
          : [fieldQuote(pod, `spec.containers[${status.name}].resources.limits.memory`, limit)]),
      ],
    },
    severity: status.now?.state === 'running' ? 'warning' : 'critical',
    summary: `Container ${status.name} was killed ${limit === undefined ? 'for memory, although it has no limit' : `at its memory limit of ${limit}`}${status.now?.state === 'running' ? ', and runs again' : ''}.`,
    blames: blamesForLimit(view, pod, owner, status.name, limit),
    remedies: [
      lookAt('Compare its use with its limit', `kubectl top pod -n ${pod.namespace} ${pod.name} --containers`),
    ],
  })
}

/** A limit that the template does not name is the default of a LimitRange, or was put in by a webhook. */
function blamesForLimit(
  view: ClusterView,
  pod: Pod,
  owner: Reference,
  container: string,
  limit: string | undefined,
): readonly Blame[] {
  if (limit === undefined) {
    const because = `its container ${container} has no memory limit and was killed for memory all the same`
    return [{ object: owner, because, strength: 'direct', ...ofMemoryLimit(view, owner, container) }]
  }
  const own = ofMemoryLimit(view, owner, container)
  const givers = givenBy(view, pod, owner, { container, has: ({ limits }) => limits['memory'] !== undefined, own })
  const because = `its container ${container} needs more than its memory limit of ${limit}`
  if (givers.isOfTemplate) return givers.blamed.map((each) => ({ ...each, because }))
  const range = [...view.inNamespace('LimitRange', pod.namespace)].find(({ limits }) =>
    limits.some(({ type, defaults }) => type === 'Container' && quantity(defaults['memory']) === quantity(limit)),
  )
  if (range) {
    const given = `its default gives container ${container} of ${owner.name} a memory limit of ${limit}, and that needs more`
    return [{ object: referenceTo(range), because: given, strength: 'direct', ...ofDefault(range, limit) }]
  }
  return givers.blamed.map((each) => ({ ...each, because }))
}

/** What a process that aborts ends with: SIGABRT and SIGTRAP, as V8 does when its heap is full. */
const aborted: ReadonlySet<number | null> = new Set([133, 134])

/** The line that tells of a full heap, where the process died of it: it aborted, or complained of nothing else since. */
function fatalHeap(tails: readonly LogTail[], exitCode: number | null): LogFact | undefined {
  const facts = logFacts(tails)
  const last = facts.findLastIndex(({ kind }) => kind === 'heap_abort')
  const fact = facts[last]
  if (!fact || aborted.has(exitCode)) return fact
  const isOfOthers = facts.slice(last + 1).some(({ kind }) => ofOthers.has(kind))
  return isLastComplaint(fact, tails) && !isOfOthers ? fact : undefined
}

function heap(
  { view, logs }: Look,
  pod: Pod,
  status: ContainerStatus,
  run: ContainerState,
  ended: Evidence,
  since: number | null,
): Finding | null {
  const isPrevious = run !== status.now
  const tails = logs(pod.uid).filter((tail) => tail.container === status.name && tail.isPrevious === isPrevious)
  const fact = fatalHeap(tails, run.exitCode)
  if (!fact) return null
  const owner = topOwner(view, pod)
  const [runtime, setting] = fact.line.includes('java.lang') ? ['Java', '-Xmx'] : ['JavaScript', '--max-old-space-size']
  const because = `the heap of its container ${status.name} ran full: ${setting} is less than the process needs, or memory leaks`
  return made(pod, status, {
    ...{
      reason: 'HeapOutOfMemory',
      since,
      evidence: [ended, logQuote(pod, status.name, fact.line)],
      severity: 'critical',
    },
    summary: `The ${runtime} heap of container ${status.name} ran full, below the container's limit.`,
    blames: [
      {
        ...{ object: owner, because, strength: 'direct' },
        ...(runtime === 'JavaScript' ? ofHeap(view, owner, status.name) : ofCommand(view, owner, status.name)),
      },
    ],
    remedies: [
      lookAt(
        'See which heap size it is given',
        `kubectl get -n ${pod.namespace} pod ${pod.name} -o jsonpath=${quoted(optionsOf(pod, status.name))}`,
      ),
    ],
  })
}

/** Where the options of Node are; the other variables may be secret. */
function optionsOf(pod: Pod, name: string): string {
  const list = containerOf(pod, name)?.role === 'app' ? 'containers' : 'initContainers'
  return `{.spec.${list}[?(@.name=="${name}")].env[?(@.name=="NODE_OPTIONS")].value}`
}

function nodeMemory(
  { view }: Look,
  pod: Pod,
  status: ContainerStatus,
  ended: Evidence,
  since: number | null,
): Finding | null {
  const node = view.get('Node', '', pod.nodeName)
  const event = node && eventsWith(view, node, ['SystemOOM']).find((each) => isAbout(each, since))
  if (!node || !event) return null
  const object = referenceTo(node)
  return made(pod, status, {
    ...{ reason: 'SystemOOM', since, evidence: [ended, eventQuote(event)], severity: 'critical' },
    summary: `Node ${node.name} ran out of memory, and container ${status.name} was killed for it.`,
    blames: [
      {
        ...{ object, because: 'its pods use more memory than it has', strength: 'direct' },
        evidence: [eventQuote(event)],
        remedies: relieve(object),
      },
    ],
    remedies: [lookAt('See who uses the memory of the node', `kubectl describe node ${node.name}`)],
  })
}

/** Repeated events are one, from the first to the last. */
const isAbout = ({ firstAt, lastAt }: KubeEvent, at: number | null): boolean =>
  at === null || ((firstAt ?? at) - nearMs <= at && at <= (lastAt ?? at) + nearMs)

interface Told {
  readonly reason: string
  readonly severity: Finding['severity']
  readonly summary: string
  readonly evidence: readonly Evidence[]
  readonly blames: readonly Blame[]
  readonly remedies: readonly Remedy[]
  readonly since: number | null
}

const made = (pod: Pod, { name }: ContainerStatus, told: Told): Finding => ({
  ...{ rule: 'pod-out-of-memory', object: referenceTo(pod), uid: pod.uid, part: name, involves: [] },
  ...told,
})
