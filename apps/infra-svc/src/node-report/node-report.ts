import { conditionOf, hasEnded, quantity, type ClusterView, type Node } from '@akashic/kubernetes'
import type { GroupedFinding } from '../finding/group-findings.ts'
import type { NodeUsage } from './read-usage.ts'

/** Use of one resource: its share of what the node can give; null where it was not measured. */
export interface ResourceUse {
  readonly used: number | null
  readonly allocatable: number | null
  readonly ratio: number | null
  readonly status: 'ok' | 'warning' | 'critical' | 'unknown'
}

export interface NodeIssue {
  readonly type: string
  readonly severity: 'critical' | 'warning'
  readonly description: string
  readonly impact: string
}

/** How one node is. */
export interface NodeReport {
  readonly nodeName: string
  readonly status: 'healthy' | 'warning' | 'critical' | 'unknown'
  /** CPU in cores, memory in bytes. */
  readonly resourceUsage: { readonly cpu: ResourceUse; readonly memory: ResourceUse }
  readonly nodeConditions: readonly {
    readonly type: string
    readonly status: string
    readonly reason: string
    readonly message: string
  }[]
  readonly podCount: number
  /** Bytes. */
  readonly diskUsage: ResourceUse
  readonly issues: readonly NodeIssue[]
  readonly recommendations: readonly string[]
  /** Why something of it is unknown. */
  readonly unknown: readonly string[]
}

/** The guide's NodeDiagnosisReport. */
export interface NodeDiagnosisReport {
  readonly cluster: string
  readonly generatedAt: string
  readonly clusterHealth: 'healthy' | 'warning' | 'critical' | 'unknown'
  readonly nodeReports: readonly NodeReport[]
  readonly recommendedActions: readonly string[]
}

export interface NodeThresholds {
  readonly warning: number
  readonly critical: number
}

interface Given {
  readonly view: ClusterView
  readonly now: number
  readonly usage: ReadonlyMap<string, NodeUsage>
  readonly findings: readonly GroupedFinding[]
  readonly thresholds: NodeThresholds
}

const worst = ['critical', 'warning', 'unknown', 'healthy'] as const

/** How the nodes of a cluster are, worst first. What was not measured is unknown, and never healthy. */
export function nodeReport({ view, now, usage, findings, thresholds }: Given): NodeDiagnosisReport {
  const ofNodes = Map.groupBy(
    findings.filter(({ object }) => object.kind === 'Node'),
    ({ object }) => object.name,
  )
  const nodeReports = [...view.all('Node')]
    .map((node) => reportOf(view, node, usage.get(node.name), ofNodes.get(node.name) ?? [], thresholds))
    .toSorted((a, b) => worst.indexOf(a.status) - worst.indexOf(b.status) || a.nodeName.localeCompare(b.nodeName))
  const health =
    view.freshness('Node').state === 'unknown' || nodeReports.length === 0 ? 'unknown' : nodeReports[0]!.status
  return {
    cluster: view.cluster,
    generatedAt: new Date(now).toISOString(),
    clusterHealth: health,
    nodeReports,
    recommendedActions: [
      ...new Set(
        nodeReports.flatMap(({ nodeName, recommendations }) => recommendations.map((each) => `${nodeName}: ${each}`)),
      ),
    ],
  }
}

function reportOf(
  view: ClusterView,
  node: Node,
  usage: NodeUsage | undefined,
  findings: readonly GroupedFinding[],
  thresholds: NodeThresholds,
): NodeReport {
  const cpu = use(usage?.cpu ?? null, quantity(node.allocatable['cpu']), thresholds)
  const memory = use(usage?.memory ?? null, quantity(node.allocatable['memory']), thresholds)
  const disk = use(usage?.disk?.used ?? null, usage?.disk?.capacity ?? null, thresholds)
  const issues = [
    ...findings.filter(({ severity }) => severity !== 'info').map(issueOf),
    ...overuse('cpu', 'CPU', cpu),
    ...overuse('memory', 'memory', memory),
    ...overuse('disk', 'disk', disk),
  ]
  const uses = [cpu, memory, disk]
  const isReadyKnown = conditionOf(node, 'Ready') !== undefined
  const status = issues.some(({ severity }) => severity === 'critical')
    ? 'critical'
    : issues.length > 0
      ? 'warning'
      : !isReadyKnown || uses.some((each) => each.status === 'unknown')
        ? 'unknown'
        : 'healthy'
  return {
    nodeName: node.name,
    status,
    resourceUsage: { cpu, memory },
    nodeConditions: node.conditions.map(({ type, status: is, reason, message }) => ({
      type,
      status: is,
      reason,
      message,
    })),
    podCount: view.podsOn(node.name).filter((pod) => !hasEnded(pod)).length,
    diskUsage: disk,
    issues,
    recommendations: [
      ...new Set([
        ...findings.flatMap(({ remedies }) =>
          remedies.map(({ title, command }) => (command ? `${title}: ${command}` : title)),
        ),
        ...adviceFor(uses, node.name),
      ]),
    ],
    unknown: usage?.problems ?? ['it was not asked'],
  }
}

function use(used: number | null, allocatable: number | null, { warning, critical }: NodeThresholds): ResourceUse {
  if (used === null || allocatable === null || allocatable === 0)
    return { used, allocatable, ratio: null, status: 'unknown' }
  const ratio = used / allocatable
  return { used, allocatable, ratio, status: ratio >= critical ? 'critical' : ratio >= warning ? 'warning' : 'ok' }
}

function overuse(type: string, what: string, { ratio, status }: ResourceUse): readonly NodeIssue[] {
  if (status !== 'critical' && status !== 'warning') return []
  return [
    {
      type: `high_${type}_usage`,
      severity: status,
      description: `${Math.round(ratio! * 100)} % of its ${what} are used.`,
      impact: impacts[type] ?? '',
    },
  ]
}

const impacts: Readonly<Record<string, string>> = {
  cpu: 'Pods on it get slower; those without requests first.',
  memory: 'The kubelet evicts pods, or the kernel kills processes.',
  disk: 'The kubelet removes images and evicts pods.',
}

const impactOf: Readonly<Record<string, string>> = {
  'node-not-ready': 'Its pods are not heard of, and are made anew elsewhere after five minutes.',
  'node-pressure': 'The kubelet evicts pods, and no new ones are scheduled on it.',
  'node-network-unavailable': 'Its pods reach nobody.',
  'node-cordoned': 'No new pods are scheduled on it.',
  'node-pods-near-limit': 'No more pods can be scheduled on it.',
}

const issueOf = ({ rule, severity, summary }: GroupedFinding): NodeIssue => ({
  type: rule,
  severity: severity === 'critical' ? 'critical' : 'warning',
  description: summary,
  impact: impactOf[rule] ?? 'Pods on it may suffer.',
})

function adviceFor(uses: readonly ResourceUse[], name: string): readonly string[] {
  const isHigh = uses.some(({ status }) => status === 'critical' || status === 'warning')
  return isHigh ? [`See who uses it: kubectl describe node ${name}`, 'Move work to other nodes, or add a node'] : []
}
