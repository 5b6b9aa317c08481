import { quantity, type ClusterView } from '@akashic/kubernetes'
import type { Advice } from '../advice.ts'
import { quantityText, roundedUp, type ResourceName } from '../amounts.ts'
import type { AuditedContainer } from '../audit-workload.ts'
import { hpasOf, isShare } from '../hpa/audited-hpa.ts'
import type { Workload } from '../scaled-workload.ts'
import { sharedMetrics } from '../vpa/audit-vpa.ts'
import { policyOf, type VerticalPodAutoscaler } from '../vpa/vertical-pod-autoscaler.ts'
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
  if (workload === null || !advice.some(({ rule }) => mended.has(rule))) return null
  const { namespace, name } = vpa
  const shared = advice.some(({ rule }) => rule === 'vpa-overlaps-hpa')
    ? sharedMetrics(hpasOf(view, workload), vpa, containers)
    : []
  const isWhole = shared.length === resourceNames.length
  const mode = isWhole ? 'Off' : vpa.updateMode === 'Auto' ? 'Recreate' : vpa.updateMode || 'Recreate'
  const policies = containers.map((each) => policyFor(view, each, vpa, isWhole ? [] : shared))
  return proposalOf(view, {
    ...{ kind: 'vpa', object: vpa, owned: undefined, insteadOf: null },
    title: `Improve VerticalPodAutoscaler ${namespace}/${name}`,
    changes: [
      ...(mode === vpa.updateMode ? [] : [`updateMode: ${vpa.updateMode || 'not set'} -> ${mode}`]),
      ...(shared.length > 0 && !isWhole ? [`it leaves ${shared.join(' and ')} to the HorizontalPodAutoscaler`] : []),
      ...policies.map((policy) => `bounds of ${policy.containerName}: ${boundsText(policy)}`),
    ],
    arithmetic: policies.flatMap((policy) => policy.arithmetic),
    warnings:
      mode === 'Recreate'
        ? ['Recreate evicts pods to give them other requests: have a PodDisruptionBudget and more than one pod.']
        : isWhole
          ? ['It only recommends from then on: the HorizontalPodAutoscaler scales by what it would have changed.']
          : [],
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
    changes: [
      'a new VerticalPodAutoscaler, updateMode Initial',
      ...policies.map((policy) => `bounds of ${policy.containerName}: ${boundsText(policy)}`),
    ],
    arithmetic: policies.flatMap((policy) => policy.arithmetic),
    warnings: [
      `It is another way than ${resources.name}: apply one of the two.`,
      'It writes requests of pods as they are made; those that run keep theirs until they are replaced.',
    ],
    manifest: manifestOf(namespace, name, workload, 'Initial', policies),
    undo: `kubectl delete -n ${namespace} vpa/${name}`,
  })
}

interface BoundedPolicy {
  readonly containerName: string
  readonly minAllowed: Readonly<Record<string, string>>
  readonly maxAllowed: Readonly<Record<string, string>>
  readonly controlledResources: readonly string[]
  readonly controlledValues?: 'RequestsOnly'
  readonly mode?: 'Off'
  readonly arithmetic: readonly string[]
}

const boundsText = ({ minAllowed, maxAllowed, controlledResources }: BoundedPolicy): string =>
  controlledResources.map((each) => `${each} ${minAllowed[each] ?? ''} to ${maxAllowed[each] ?? ''}`).join(', ')

function policyFor(
  view: ClusterView,
  container: AuditedContainer,
  vpa: VerticalPodAutoscaler | null,
  leaves: readonly ResourceName[],
): BoundedPolicy {
  const now = vpa === null ? null : policyOf(vpa, container.container)
  const controls = resourceNames.filter((each) => (now?.controls.includes(each) ?? true) && !leaves.includes(each))
  const bounds = controls.map((resource) => ({
    resource,
    ...boundsOf(view, container, resource, now?.minAllowed[resource] ?? null, now?.maxAllowed[resource] ?? null),
  }))
  const texts = (bound: 'least' | 'most') =>
    Object.fromEntries(bounds.map((each) => [each.resource, quantityText(each.resource, each[bound])]))
  return {
    ...{ containerName: container.container, minAllowed: texts('least'), maxAllowed: texts('most') },
    controlledResources: controls,
    ...(now?.movesLimits === false && { controlledValues: 'RequestsOnly' as const }),
    ...(now?.isOff === true && { mode: 'Off' as const }),
    arithmetic: bounds.map(({ resource, arithmetic }) => `${container.container} ${resource}: ${arithmetic}`),
  }
}

/** Bounds as they are where they hold; else from the usual use to several times what is asked for, and what a node gives. */
function boundsOf(
  view: ClusterView,
  { requests, use, sized }: AuditedContainer,
  resource: ResourceName,
  givenLeast: number | null,
  givenMost: number | null,
) {
  const proposed = sized.find((each) => each.field === 'requests' && each.resource === resource)?.proposed
  const asked = Math.max(proposed ?? 0, requests[resource] ?? 0)
  const usual = roundedUp(resource, use?.[resource].p50 ?? 0)
  const nodes = [...view.all('Node')].map(({ allocatable }) => quantity(allocatable[resource]) ?? 0)
  const largest = Math.max(0, ...nodes)
  const wide = roundedUp(resource, Math.max(asked, usual) * roomAbove)
  const roomy = largest > 0 ? Math.min(wide, largest) : wide
  // A bound below what is asked for now, or above any node, does not hold.
  const most = givenMost !== null && givenMost >= asked && (largest === 0 || givenMost <= largest) ? givenMost : roomy
  const least = Math.min(givenLeast ?? usual, most)
  const ofNode = roomy < wide ? ', no more than the largest node' : ''
  const arithmetic =
    most === givenMost
      ? `to ${quantityText(resource, most)} as before`
      : `to ${quantityText(resource, Math.max(asked, usual))} × ${roomAbove} = ${quantityText(resource, most)}${ofNode}`
  return { least, most, arithmetic }
}

function manifestOf(
  namespace: string,
  name: string,
  { kind, name: target }: Workload,
  updateMode: string,
  policies: readonly BoundedPolicy[],
) {
  return {
    ...{ apiVersion: 'autoscaling.k8s.io/v1', kind: 'VerticalPodAutoscaler', metadata: { name, namespace } },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind, name: target },
      updatePolicy: { updateMode },
      resourcePolicy: { containerPolicies: policies.map(({ arithmetic: _, ...policy }) => policy) },
    },
  }
}
