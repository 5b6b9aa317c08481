import {
  isSame,
  referencesOf,
  referenceText,
  referenceTo,
  selectorOfLabels,
  selects,
  type Pod,
  type Reference,
} from '@akashic/kubernetes'
import { podsOf } from '../analyse/owner.ts'
import type { GroupedFinding } from '../finding/group-findings.ts'
import type { OpenCase } from './case.ts'
import type { Scope } from './diagnosis.ts'
import { hasComeSince } from './looking-back.ts'

/** The findings that a diagnosis of this scope has to explain: what suffers, as far back as it looks. */
export const symptomsIn = (open: OpenCase, scope: Scope): readonly GroupedFinding[] =>
  sufferingIn(open, scope).filter((finding) => hasComeSince(open, finding))

/** Everything that suffers in a scope, since whenever. */
export function sufferingIn(open: OpenCase, scope: Scope): readonly GroupedFinding[] {
  const findings = open.findings.filter(({ severity }) => severity !== 'info')
  switch (scope.kind) {
    case 'cluster':
      return findings
    case 'namespace':
      return findings.filter((finding) => whereItIs(finding).some((each) => belongsTo(each, scope.namespace)))
    case 'workload':
      return around(open, findings, [scope.workload])
    case 'component':
      return around(open, findings, scope.workloads)
  }
}

/** A component is where what runs it is. */
const whereItIs = ({ object, involves }: GroupedFinding): readonly Reference[] =>
  object.kind === 'Component' ? involves : [object]

const belongsTo = ({ kind, namespace, name }: Reference, wanted: string): boolean =>
  namespace === wanted || (kind === 'Namespace' && name === wanted)

/** A workload's own findings, those that involve it, and those on what exists for its sake: Services that select its
 *  pods, routes to them, its autoscaler, budget, claims and policies. */
function around(
  open: OpenCase,
  findings: readonly GroupedFinding[],
  workloads: readonly Reference[],
): readonly GroupedFinding[] {
  const near = new Set(workloads.flatMap((workload) => neighboursOf(open, workload)).map(referenceText))
  const own = new Set(workloads.map(referenceText))
  return findings.filter(
    ({ object, involves }) => near.has(referenceText(object)) || involves.some((each) => own.has(referenceText(each))),
  )
}

/** What exists for a workload's sake, and what it needs by its own words; the workload among it. */
export function neighboursOf({ view }: OpenCase, workload: Reference): readonly Reference[] {
  const pods = podsOf(view, workload)
  const { namespace } = workload
  const template = view.find(workload)
  const labels = [
    ...pods.map((pod) => pod.labels),
    ...(template && 'template' in template ? [template.template.labels] : []),
  ]
  const services = [...view.inNamespace('Service', namespace)].filter(
    ({ selector }) => selector !== null && labels.some((each) => selects(selectorOfLabels(selector), each)),
  )
  const isOurs = (name: string): boolean => services.some((service) => service.name === name)
  const ingresses = [...view.inNamespace('Ingress', namespace)].filter(({ routes }) =>
    routes.some(({ service }) => isOurs(service)),
  )
  const scalers = [...view.inNamespace('HorizontalPodAutoscaler', namespace)].filter(({ target }) =>
    isSame({ ...target, namespace }, workload),
  )
  const bySelector = [...view.inNamespace('PodDisruptionBudget', namespace)].filter(
    ({ selector }) => selector !== null && labels.some((each) => selects(selector, each)),
  )
  const policies = [...view.inNamespace('NetworkPolicy', namespace)].filter(({ podSelector }) =>
    labels.some((each) => selects(podSelector, each)),
  )
  const jobs = template?.kind === 'CronJob' ? view.ownedBy(template.uid).map(referenceTo) : []
  return [
    workload,
    ...jobs,
    ...services,
    ...ingresses,
    ...scalers,
    ...bySelector,
    ...policies,
    ...pods.flatMap(claimsOf),
    ...pods,
  ]
}

const claimsOf = ({ namespace, spec }: Pod): readonly Reference[] => [
  ...spec.volumes.flatMap(({ claim }) =>
    claim === null ? [] : [{ kind: 'PersistentVolumeClaim', namespace, name: claim }],
  ),
  ...referencesOf(spec).map(({ kind, name }) => ({ kind, namespace, name })),
]
