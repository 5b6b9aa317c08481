import {
  isSame,
  quantity,
  referenceText,
  type ClusterView,
  type HorizontalPodAutoscaler,
  type Reference,
} from '@akashic/kubernetes'
import { absence, fieldQuote } from '../../analyse/quote.ts'
import { advise, worstFirst, type Advice } from '../advice.ts'
import { quantityText, type ResourceName } from '../amounts.ts'
import { hpasOf, isShare } from '../hpa/audited-hpa.ts'
import { resourcesOf, workloadKinds, type ContainerResources, type Workload } from '../scaled-workload.ts'
import { acts, policyOf, type ContainerPolicy, type VerticalPodAutoscaler } from './vertical-pod-autoscaler.ts'

const resources = ['cpu', 'memory'] as const

/** What is wrong with a VerticalPodAutoscaler. Of one that only recommends, what it would write does no harm. */
export function auditVpa(view: ClusterView, vpa: VerticalPodAutoscaler): readonly Advice[] {
  const workload = sizedWorkload(view, vpa)
  const containers = workload === null ? [] : resourcesOf(view, workload)
  return worstFirst([
    ...(workload === null ? missingTarget(view, vpa) : []),
    ...deprecated(vpa),
    ...contradictions(view, vpa, containers),
    ...(workload === null || !acts(vpa) ? [] : [...overlaps(view, vpa, workload), ...unbounded(vpa, containers)]),
    ...(workload === null ? [] : strangers(vpa, containers)),
  ])
}

export function sizedWorkload(view: ClusterView, { target }: VerticalPodAutoscaler): Workload | null {
  const kind = workloadKinds.find((each) => each === target.kind)
  return kind === undefined ? null : (view.get(kind, target.namespace, target.name) ?? null)
}

export const sizerOf = (
  vpas: readonly VerticalPodAutoscaler[],
  workload: Reference,
): VerticalPodAutoscaler | undefined => vpas.find(({ target }) => isSame(target, workload))

function missingTarget(view: ClusterView, vpa: VerticalPodAutoscaler): readonly Advice[] {
  const kind = workloadKinds.find((each) => each === vpa.target.kind)
  if (kind === undefined || view.freshness(kind).state !== 'fresh') return []
  return [
    advise(vpa, {
      ...{ rule: 'vpa-target-missing', severity: 'warning' },
      summary: `${referenceText(vpa.target)}, which it sizes, does not exist.`,
      evidence: [absence(vpa.target, 'it does not exist')],
    }),
  ]
}

/** Source: the API of autoscaling.k8s.io/v1, which deprecates Auto for Recreate or InPlaceOrRecreate. */
function deprecated(vpa: VerticalPodAutoscaler): readonly Advice[] {
  if (vpa.updateMode !== 'Auto') return []
  return [
    advise(vpa, {
      ...{ rule: 'vpa-deprecated-mode', severity: 'info' },
      summary: 'Its updateMode Auto is deprecated: say Recreate, which is what it does.',
      evidence: [fieldQuote(vpa, 'spec.updatePolicy.updateMode', 'Auto')],
    }),
  ]
}

/** Metrics by which an autoscaler scales a workload that this one changes the base of. */
export function sharedMetrics(
  hpas: readonly HorizontalPodAutoscaler[],
  vpa: VerticalPodAutoscaler,
  containers: readonly ContainerResources[],
): readonly ResourceName[] {
  return setBy(vpa, containers).filter((resource) =>
    hpas.some(({ metrics }) => metrics.some((metric) => metric.name === resource && isShare(metric))),
  )
}

/** What a VerticalPodAutoscaler that acts sets of the requests of any container. */
export const setBy = (vpa: VerticalPodAutoscaler, containers: readonly ContainerResources[]): readonly ResourceName[] =>
  resources.filter((resource) =>
    containers.some(({ container }) => {
      const policy = policyOf(vpa, container)
      return !policy.isOff && policy.controls.includes(resource)
    }),
  )

function overlaps(view: ClusterView, vpa: VerticalPodAutoscaler, workload: Workload): readonly Advice[] {
  const hpas = hpasOf(view, workload)
  const shared = sharedMetrics(hpas, vpa, resourcesOf(view, workload))
  if (shared.length === 0) return []
  const names = hpas.map(({ name }) => name).join(' and ')
  return [
    advise(vpa, {
      ...{ rule: 'vpa-overlaps-hpa', severity: 'critical', part: shared.join(',') },
      summary: `It sets the ${shared.join(' and ')} that ${workload.kind} ${workload.name} asks for, and HorizontalPodAutoscaler ${names} scales by a share of just that: each moves what the other measures.`,
      evidence: [
        fieldQuote(vpa, 'spec.updatePolicy.updateMode', vpa.updateMode || 'not set'),
        ...hpas.map((hpa) => fieldQuote(hpa, 'spec.metrics', hpa.metrics.map(({ name }) => name).join(', '))),
      ],
    }),
  ]
}

function unbounded(vpa: VerticalPodAutoscaler, containers: readonly ContainerResources[]): readonly Advice[] {
  return containers.flatMap(({ container }) => {
    const policy = policyOf(vpa, container)
    const missing = resources.filter((each) => policy.controls.includes(each) && policy.maxAllowed[each] === null)
    if (policy.isOff || missing.length === 0) return []
    return [
      advise(vpa, {
        ...{ rule: 'vpa-unbounded', severity: 'warning', part: container },
        summary: `It may let container ${container} ask for any amount of ${missing.join(' and ')}: more than a node gives, and its pods run nowhere.`,
        evidence: [fieldQuote(vpa, `spec.resourcePolicy.containerPolicies[${policy.container}].maxAllowed`, 'not set')],
      }),
    ]
  })
}

/** Bounds that nothing satisfies: with each other, with the ranges of the namespace, or with any node. */
function contradictions(
  view: ClusterView,
  vpa: VerticalPodAutoscaler,
  containers: readonly ContainerResources[],
): readonly Advice[] {
  return vpa.policies.flatMap((policy) =>
    resources.flatMap((resource) =>
      conflicts(view, vpa.namespace, policy, resource, containers).map((says) =>
        advise(vpa, {
          ...{ rule: 'vpa-bounds', severity: 'warning', part: `${policy.container}/${resource}` },
          summary: `Container ${policy.container}: ${says}.`,
          evidence: [
            fieldQuote(
              vpa,
              `spec.resourcePolicy.containerPolicies[${policy.container}]`,
              `minAllowed ${shown(resource, policy.minAllowed[resource])}, maxAllowed ${shown(resource, policy.maxAllowed[resource])}`,
            ),
          ],
        }),
      ),
    ),
  )
}

const shown = (resource: ResourceName, amount: number | null): string =>
  amount === null ? 'not set' : quantityText(resource, amount)

function conflicts(
  view: ClusterView,
  namespace: string,
  { container, minAllowed, maxAllowed, movesLimits }: ContainerPolicy,
  resource: ResourceName,
  containers: readonly ContainerResources[],
): readonly string[] {
  const [least, most] = [minAllowed[resource], maxAllowed[resource]]
  const text = (amount: number) => quantityText(resource, amount)
  if (least !== null && most !== null && least > most)
    return [`minAllowed ${resource} ${text(least)} is more than maxAllowed ${text(most)}`]
  const ranges = [...view.inNamespace('LimitRange', namespace)].flatMap(({ name, limits }) =>
    limits
      .filter(({ type }) => type === 'Container')
      .map(({ min, max }) => ({ name, min: quantity(min[resource]), max: quantity(max[resource]) })),
  )
  const largest = Math.max(0, ...[...view.all('Node')].map(({ allocatable }) => quantity(allocatable[resource]) ?? 0))
  const bound = containers.filter((each) => container === '*' || each.container === container)
  return [
    ...ranges.flatMap(({ name, min, max }) => [
      ...(min !== null && most !== null && most < min
        ? [`maxAllowed ${resource} ${text(most)} is below the least of LimitRange ${name}, ${text(min)}`]
        : []),
      ...(max !== null && least !== null && least > max
        ? [`minAllowed ${resource} ${text(least)} is above the most of LimitRange ${name}, ${text(max)}`]
        : []),
    ]),
    ...(least !== null && largest > 0 && least > largest
      ? [`minAllowed ${resource} ${text(least)} is more than any node gives, ${text(largest)} at most`]
      : []),
    ...bound.flatMap(({ container: name, limits }) =>
      !movesLimits && least !== null && limits[resource] !== null && least > limits[resource]
        ? [`minAllowed ${resource} ${text(least)} is above the limit of ${text(limits[resource])} that ${name} keeps`]
        : [],
    ),
    ...bound.flatMap(({ container: name, requests }) =>
      most !== null && requests[resource] !== null && requests[resource] > most
        ? [`maxAllowed ${resource} ${text(most)} is below the ${text(requests[resource])} that ${name} asks for now`]
        : [],
    ),
  ]
}

/** Policies for containers that the workload does not have do nothing. */
function strangers(vpa: VerticalPodAutoscaler, containers: readonly ContainerResources[]): readonly Advice[] {
  const names = new Set(containers.map(({ container }) => container))
  return vpa.policies
    .filter(({ container }) => container !== '*' && !names.has(container))
    .map(({ container }) =>
      advise(vpa, {
        ...{ rule: 'vpa-container-missing', severity: 'warning', part: container },
        summary: `Its policy for container ${container} is for none: ${referenceText(vpa.target)} has ${[...names].join(', ') || 'no containers'}, which it sizes without bounds.`,
        evidence: [fieldQuote(vpa, 'spec.resourcePolicy.containerPolicies[].containerName', container)],
      }),
    )
}
