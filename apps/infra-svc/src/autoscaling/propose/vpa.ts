import { quantity, type ClusterView } from '@akashic/kubernetes'
import type { Advice } from '../advice.ts'
import { quantityText, roundedUp, type ResourceName } from '../amounts.ts'
import type { AuditedContainer } from '../audit-workload.ts'
import { hpasOf, isShare } from '../hpa/audited-hpa.ts'
import type { Workload } from '../scaled-workload.ts'
import { sharedMetrics } from '../vpa/audit-vpa.ts'
import { policyOf, type ContainerPolicy, type VerticalPodAutoscaler } from '../vpa/vertical-pod-autoscaler.ts'
import { proposalOf, shellJson, type Proposal } from './proposal.ts'

const resourceNames = ['cpu', 'memory'] as const
/** Room for what a container may come to need, over what it asks for now. */
const roomAbove = 4

const mended = new Set([
  ...['vpa-deprecated-mode', 'vpa-overlaps-hpa', 'vpa-unbounded', 'vpa-bounds', 'vpa-container-missing'],
])

/** A VerticalPodAutoscaler as it should be; null where nothing of it is to be changed. */
export function improveVpa(
  view: ClusterView,
  vpa: VerticalPodAutoscaler,
  workload: Workload | null,
  containers: readonly AuditedContainer[],
  advice: readonly Advice[],
): Proposal | null {
  // Bounds of what nothing is known of would be made up.
  const isBoundless = (name: string) =>
    containers.some((each) => each.container === name && resourceNames.every((one) => !isNeedKnown(each, one)))
  const isMended = ({ rule, part }: Advice) => mended.has(rule) && !(rule === 'vpa-unbounded' && isBoundless(part))
  if (workload === null || !advice.some(isMended)) return null
  const { namespace, name } = vpa
  const shared = advice.some(({ rule }) => rule === 'vpa-overlaps-hpa')
    ? sharedMetrics(hpasOf(view, workload), vpa, containers)
    : []
  const isWhole = shared.length === resourceNames.length
  const mode = isWhole ? 'Off' : vpa.updateMode === 'Auto' ? 'Recreate' : vpa.updateMode || 'Recreate'
  const policies = containers.map((each) => policyFor(view, each, vpa, isWhole ? [] : shared))
  return proposalOf(view, {
    ...{ kind: 'vpa', object: vpa, owned: vpa, insteadOf: null },
    title: `Improve VerticalPodAutoscaler ${namespace}/${name}`,
    changes: [
      ...(mode === vpa.updateMode ? [] : [`updateMode: ${vpa.updateMode || 'not set'} -> ${mode}`]),
      ...(shared.length > 0 && !isWhole ? [`it leaves ${shared.join(' and ')} to the HorizontalPodAutoscaler`] : []),
      ...policies.map(boundsLine),
    ],
    arithmetic: policies.flatMap(({ arithmetic }) => arithmetic),
    warnings: [
      ...(mode === 'Recreate'
        ? ['Recreate evicts pods to give them other requests: have a PodDisruptionBudget and more than one pod.']
        : []),
      ...(isWhole
        ? ['It only recommends from then on: the HorizontalPodAutoscaler scales by what it would have changed.']
        : []),
      ...policies.flatMap(({ warnings }) => warnings),
    ],
    manifest: manifestOf(vpa.namespace, vpa.name, workload, mode, policies),
    undo: `kubectl patch -n ${namespace} vpa/${name} --type=merge -p ${shellJson({ spec: { updatePolicy: null, resourcePolicy: null, ...vpa.spec } })}`,
  })
}

/** One that sizes pods when they are made, and evicts none; null where an autoscaler goes by requests.
 *  @param resources what would set them by hand, instead of which it is. */
export function proposeVpa(
  view: ClusterView,
  workload: Workload,
  containers: readonly AuditedContainer[],
  resources: Proposal,
): Proposal | null {
  const fits = containers.every(({ sized }) => sized.every(({ field }) => field === 'limits'))
  const isShared = hpasOf(view, workload).some(({ metrics }) => metrics.some(isShare))
  if (fits || isShared) return null
  const { kind, namespace, name } = workload
  const policies = containers.map((each) => policyFor(view, each, null, []))
  return proposalOf(view, {
    ...{ kind: 'vpa', object: { kind: 'VerticalPodAutoscaler', namespace, name }, owned: workload },
    insteadOf: resources.name,
    title: `Have ${kind} ${namespace}/${name} sized as its pods are made, instead of by hand`,
    changes: ['a new VerticalPodAutoscaler, updateMode Initial', ...policies.map(boundsLine)],
    arithmetic: policies.flatMap(({ arithmetic }) => arithmetic),
    warnings: [
      `It is another way than ${resources.name}: apply one of the two.`,
      'It writes requests of pods as they are made; those that run keep theirs until they are replaced.',
      ...policies.flatMap(({ warnings }) => warnings),
    ],
    manifest: manifestOf(namespace, name, workload, 'Initial', policies),
    undo: `kubectl delete -n ${namespace} vpa/${name}`,
  })
}

const boundsLine = ({ policy, says }: PlannedPolicy): string => `bounds of ${policy.containerName}: ${says}`

interface BoundedPolicy {
  readonly containerName: string
  readonly minAllowed?: Readonly<Record<string, string>>
  readonly maxAllowed?: Readonly<Record<string, string>>
  readonly controlledResources?: readonly ResourceName[]
  readonly controlledValues?: 'RequestsOnly'
  readonly mode?: 'Off'
}

interface PlannedPolicy {
  readonly policy: BoundedPolicy
  /** The bounds in words. */
  readonly says: string
  readonly arithmetic: readonly string[]
  /** What has no bounds, and why. */
  readonly warnings: readonly string[]
}

/** What is to be one's own of a container. @param vpa as it is; null for a new one, which leaves alone what has no bounds.
 *  @param leaves what it is not to set. */
function policyFor(
  view: ClusterView,
  container: AuditedContainer,
  vpa: VerticalPodAutoscaler | null,
  leaves: readonly ResourceName[],
): PlannedPolicy {
  const { container: name, unknown } = container
  const now = vpa === null ? null : policyOf(vpa, name)
  const planned = resourceNames
    .filter((each) => (now?.controls.includes(each) ?? true) && !leaves.includes(each))
    .map((resource) => boundsOf(view, container, resource, now))
  const boundless = planned.filter(({ isKnown }) => !isKnown).map(({ resource }) => resource)
  const bounds = planned.filter(({ isKnown }) => isKnown || now !== null)
  const isLeft = vpa === null && bounds.length === 0
  const warnings = boundless.map(
    (resource) =>
      `Container ${name} ${now === null ? `is left alone with its ${resource}` : `gets no new bounds of ${resource}`}: it asks for none, and its use is not known (${unknown}).`,
  )
  if (isLeft) return { policy: { containerName: name, mode: 'Off' }, says: 'left alone', arithmetic: [], warnings }
  return {
    policy: {
      ...{ containerName: name, ...allowed('minAllowed', bounds), ...allowed('maxAllowed', bounds) },
      controlledResources: bounds.map(({ resource }) => resource),
      ...(now?.movesLimits === false && { controlledValues: 'RequestsOnly' as const }),
      ...(now?.isOff === true && { mode: 'Off' as const }),
    },
    says: bounds.map(boundText).join(', '),
    arithmetic: bounds.flatMap(({ resource, arithmetic }) =>
      arithmetic ? [`${name} ${resource}: ${arithmetic}`] : [],
    ),
    warnings,
  }
}

interface Bounds {
  readonly resource: ResourceName
  /** Whether anything tells how much is needed. */
  readonly isKnown: boolean
  /** Null where there is none. */
  readonly minAllowed: number | null
  readonly maxAllowed: number | null
  readonly arithmetic: string
}

function allowed(field: 'minAllowed' | 'maxAllowed', bounds: readonly Bounds[]): Partial<BoundedPolicy> {
  const set = bounds.flatMap(({ resource, [field]: amount }) =>
    amount === null ? [] : [[resource, quantityText(resource, amount)] as const],
  )
  return set.length === 0 ? {} : { [field]: Object.fromEntries(set) }
}

function boundText({ resource, minAllowed, maxAllowed }: Bounds): string {
  const text = (amount: number) => quantityText(resource, amount)
  if (minAllowed === null && maxAllowed === null) return `${resource} without any`
  if (minAllowed === null) return `${resource} up to ${text(maxAllowed!)}`
  return maxAllowed === null
    ? `${resource} from ${text(minAllowed)}`
    : `${resource} ${text(minAllowed)} to ${text(maxAllowed)}`
}

/** Whether anything tells how much of a resource a container needs. */
const isNeedKnown = ({ requests, use }: AuditedContainer, resource: ResourceName): boolean =>
  use !== null || requests[resource] !== null

/** Bounds as they are where they hold; else from the usual use to several times what is asked for, and what a node gives.
 *  Of what nothing is known there are none but those. */
function boundsOf(
  view: ClusterView,
  container: AuditedContainer,
  resource: ResourceName,
  now: ContainerPolicy | null,
): Bounds {
  const [givenLeast, givenMost] = [now?.minAllowed[resource] ?? null, now?.maxAllowed[resource] ?? null]
  if (!isNeedKnown(container, resource))
    return { resource, isKnown: false, minAllowed: givenLeast, maxAllowed: givenMost, arithmetic: '' }
  const { use, requests, sized } = container
  const proposed = sized.find((each) => each.field === 'requests' && each.resource === resource)?.proposed
  const asked = Math.max(proposed ?? 0, requests[resource] ?? 0)
  const usual = use === null ? null : roundedUp(resource, use[resource].p50)
  const nodes = [...view.all('Node')].map(({ allocatable }) => quantity(allocatable[resource]) ?? 0)
  const largest = Math.max(0, ...nodes)
  const base = Math.max(asked, usual ?? 0)
  const wide = roundedUp(resource, base * roomAbove)
  const roomy = largest > 0 ? Math.min(wide, largest) : wide
  // A bound below what is asked for now, or above any node, does not hold.
  const most = givenMost !== null && givenMost >= asked && (largest === 0 || givenMost <= largest) ? givenMost : roomy
  const wanted = givenLeast ?? usual
  const ofNode = roomy < wide ? ', no more than the largest node' : ''
  return {
    ...{ resource, isKnown: true, minAllowed: wanted === null ? null : Math.min(wanted, most), maxAllowed: most },
    arithmetic:
      most === givenMost
        ? `to ${quantityText(resource, most)} as before`
        : `to ${quantityText(resource, base)} × ${roomAbove} = ${quantityText(resource, most)}${ofNode}`,
  }
}

function manifestOf(
  namespace: string,
  name: string,
  { kind, name: target }: Workload,
  updateMode: string,
  policies: readonly PlannedPolicy[],
) {
  return {
    ...{ apiVersion: 'autoscaling.k8s.io/v1', kind: 'VerticalPodAutoscaler', metadata: { name, namespace } },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind, name: target },
      updatePolicy: { updateMode },
      resourcePolicy: { containerPolicies: policies.map(({ policy }) => policy) },
    },
  }
}
