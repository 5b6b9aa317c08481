import type { HorizontalPodAutoscaler } from '@akashic/kubernetes'
import { isUser, type PoolRoom } from '../../database/pool-room.ts'
import type { Advice } from '../advice.ts'
import { quantityText } from '../amounts.ts'
import { capacityWarnings, podAsks } from '../capacity.ts'
import { databaseLimit } from '../hpa/database.ts'
import { keptByBudgets } from '../hpa/target.ts'
import { followed } from '../right-size.ts'
import type { Workload } from '../scaled-workload.ts'
import type { WorkloadUse } from '../../usage/shares.ts'
import { planBehavior } from './hpa-behavior.ts'
import { planMetrics, type MetricsFacts } from './hpa-metrics.ts'
import { inFront, proposalOf, shellJson, type Proposal } from './proposal.ts'

export interface HpaFacts extends MetricsFacts {
  readonly rooms: readonly PoolRoom[]
  /** Name of the proposal that sets requests, to be applied first; null where there is none. */
  readonly resources: string | null
}

export interface ScalingProposal {
  readonly proposal: Proposal
  /** Pods that it may come to have. */
  readonly most: number
}

/** What a manifest can put right. */
const mended = new Set([
  ...['hpa-target-high', 'hpa-memory-alone', 'hpa-held-by-memory', 'hpa-no-behavior'],
  ...['hpa-metric-missing', 'hpa-metric-unused'],
  ...['hpa-blocks-drain', 'hpa-exceeds-database', 'hpa-at-max', 'hpa-flapping'],
])
const moreAtMax = 1.5
const mostAdded = 3

/** An autoscaler as it should be; null where nothing of it is to be changed.
 *  @param advice on it. */
export function improveHpa(
  hpa: HorizontalPodAutoscaler,
  workload: Workload,
  advice: readonly Advice[],
  facts: HpaFacts,
): ScalingProposal | null {
  const rules = new Set(advice.map(({ rule }) => rule))
  if (![...rules].some((rule) => mended.has(rule))) return null
  const min = minimumOf(hpa, workload, facts)
  const max = maximumOf(workload, min.replicas, rules.has('hpa-at-max'), hpa.maxReplicas, facts)
  const spec = {
    ...{ minReplicas: hpa.minReplicas, maxReplicas: hpa.maxReplicas, metrics: hpa.metrics.map(({ spec }) => spec) },
    behavior: hpa.behavior,
  }
  return drafted(workload, facts, {
    ...{ name: hpa.name, title: `Improve HorizontalPodAutoscaler ${hpa.namespace}/${hpa.name}`, hpa },
    ...{ min, max, isFlapping: rules.has('hpa-flapping') },
    undo: `kubectl patch -n ${hpa.namespace} hpa/${hpa.name} --type=merge -p ${shellJson({ spec })}`,
  })
}

const leastSwing = 2
const leastCores = 0.2

/** An autoscaler for a Deployment without one, whose load goes up and down; null where that is not known, and where it runs
 *  once: that may be meant. */
export function proposeHpa(workload: Workload, use: WorkloadUse | undefined, facts: HpaFacts): ScalingProposal | null {
  const { kind, namespace, name, replicas, template } = workload
  if (kind !== 'Deployment' || replicas < 2 || template.spec.volumes.some(({ claim }) => claim !== null)) return null
  if (use === undefined || facts.containers.some((each) => each.use === null)) return null
  const { p50, p95, max } = use.totalCpu
  if (max < leastCores || p95 < p50 * leastSwing) return null
  const asked = podAsks(
    facts.containers.map((each) => followed(each.sized, each)),
    'cpu',
  )
  const onePod = (asked * facts.settings.cpuTarget) / 100
  const pods = (cores: number) => Math.ceil(Number((cores / onePod).toPrecision(12)))
  const least = Math.max(2, pods(p50))
  const most = Math.max(least + 1, pods(max * moreAtMax))
  const text = (cores: number) => quantityText('cpu', cores)
  const min: Bound = {
    ...{ replicas: least, changes: [`minReplicas: ${replicas} replicas -> ${least}`] },
    warnings:
      workload.manifestReplicas === null
        ? []
        : [
            `Leave replicas out of the manifest of ${kind} ${name}: each time that is applied, it would undo the scaling.`,
          ],
    arithmetic: [
      `least: p50 ${text(p50)} of all pods ÷ ${text(onePod)} that a pod carries = ${pods(p50)}, and no less than 2`,
    ],
  }
  const bound = maximumOf(workload, least, false, most, facts)
  const sum = `most: max ${text(max)} of all pods × ${moreAtMax} ÷ ${text(onePod)} that a pod carries = ${pods(max * moreAtMax)}`
  return drafted(workload, facts, {
    ...{ name, title: `Scale Deployment ${namespace}/${name} by its load`, hpa: null, isFlapping: false, min },
    max: {
      ...bound,
      changes: [`maxReplicas: ${replicas} replicas -> ${bound.replicas}`],
      arithmetic: [sum, ...bound.arithmetic],
    },
    undo: `kubectl delete -n ${namespace} hpa/${name} && kubectl scale ${inFront(workload)} --replicas=${replicas}`,
  })
}

interface Bound extends Pick<Proposal, 'changes' | 'arithmetic' | 'warnings'> {
  readonly replicas: number
}

function minimumOf({ minReplicas }: HorizontalPodAutoscaler, workload: Workload, { view }: HpaFacts): Bound {
  const isHeld = (replicas: number) => keptByBudgets(view, workload, replicas).some(({ kept }) => kept >= replicas)
  if (minReplicas === 0 || !isHeld(minReplicas))
    return { replicas: minReplicas, changes: [], arithmetic: [], warnings: [] }
  for (let replicas = minReplicas + 1; replicas <= minReplicas + mostAdded; replicas++) {
    if (isHeld(replicas)) continue
    const changes = [`minReplicas: ${minReplicas} -> ${replicas}, so that a pod may be evicted`]
    return { replicas, changes, arithmetic: [], warnings: [`${replicas - minReplicas} pod more runs at the minimum.`] }
  }
  const budgets = keptByBudgets(view, workload, minReplicas).filter(({ kept }) => kept >= minReplicas)
  return {
    ...{ replicas: minReplicas, changes: [], arithmetic: [] },
    warnings: budgets.map(
      ({ budget, says }) =>
        `No number of pods satisfies PodDisruptionBudget ${budget.name} (${says}): let it allow one, kubectl edit -n ${budget.namespace} pdb/${budget.name}`,
    ),
  }
}

function maximumOf(workload: Workload, min: number, isAtMax: boolean, now: number, { rooms, view }: HpaFacts): Bound {
  const wanted = Math.max(isAtMax ? Math.ceil(now * moreAtMax) : now, min)
  const limit = databaseLimit(rooms, view, workload)
  const replicas = limit === null ? wanted : Math.max(min, Math.min(wanted, limit.pods))
  const unknown = rooms
    .filter(({ users, usable }) => usable === null && users.some((user) => isUser(user, view.cluster, workload)))
    .map(({ database, problem }) => `Whether database ${database} can serve ${replicas} pods is not known: ${problem}.`)
  const uncounted = rooms
    .filter(({ users }) => users.some((user) => isUser(user, view.cluster, workload)))
    .filter((room) => room.uncounted.length > 0)
    .map((room) => `Database ${room.database} may serve fewer pods: not counted are ${room.uncounted.join(', ')}.`)
  const warnings = [
    ...unknown,
    ...uncounted,
    ...(limit !== null && limit.pods < min
      ? [
          `Not even the minimum of ${min} pods gets its connections: make the pool of each smaller, or put a pooler before the database.`,
        ]
      : []),
    ...(limit !== null && limit.pods >= min && limit.pods < wanted
      ? [
          `The database keeps the maximum at ${replicas}; for more, make the pool of each pod smaller or put a pooler before it.`,
        ]
      : []),
  ]
  return {
    ...{ replicas, warnings },
    changes: replicas === now ? [] : [`maxReplicas: ${now} -> ${replicas}`],
    arithmetic: limit === null ? [] : [limit.arithmetic],
  }
}

interface Draft {
  readonly name: string
  readonly title: string
  readonly hpa: HorizontalPodAutoscaler | null
  readonly min: Bound
  readonly max: Bound
  readonly isFlapping: boolean
  readonly undo: string
}

function drafted(
  workload: Workload,
  facts: HpaFacts,
  { name, title, hpa, min, max, isFlapping, undo }: Draft,
): ScalingProposal | null {
  const metrics = planMetrics(hpa, facts, min.replicas)
  const behavior = planBehavior(hpa, isFlapping)
  const changes = [...min.changes, ...max.changes, ...metrics.changes, ...behavior.changes]
  if (changes.length === 0) return null
  const { view, containers } = facts
  const after = containers.map((each) => followed(each.sized, each))
  const { namespace } = workload
  const apiVersion = hpa?.target.apiVersion || 'apps/v1'
  const proposal = proposalOf(view, {
    ...{ kind: 'hpa', object: { kind: 'HorizontalPodAutoscaler', namespace, name }, owned: hpa ?? workload },
    ...{ title, changes, undo, insteadOf: null },
    arithmetic: [...min.arithmetic, ...max.arithmetic, ...metrics.arithmetic],
    warnings: [
      ...(facts.resources === null
        ? []
        : [`It goes by requests that ${facts.resources}.yaml proposes: apply that one first.`]),
      ...min.warnings,
      ...max.warnings,
      ...metrics.warnings,
      ...behavior.warnings,
      ...capacityWarnings(
        view,
        workload,
        { pods: workload.replicas, containers },
        { pods: max.replicas, containers: after },
      ).map((warning) => `At the maximum: ${warning}`),
    ],
    manifest: {
      ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name, namespace } },
      spec: {
        scaleTargetRef: { apiVersion, kind: workload.kind, name: workload.name },
        ...{ minReplicas: min.replicas, maxReplicas: max.replicas },
        ...{ metrics: metrics.metrics, behavior: behavior.behavior },
      },
    },
  })
  return { proposal, most: max.replicas }
}
