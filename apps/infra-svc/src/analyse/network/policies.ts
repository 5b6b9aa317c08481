import {
  isEmptySelector,
  referenceTo,
  selectorOfLabels,
  selectorText,
  selects,
  type ClusterView,
  type NetworkPolicy,
  type Service,
  type Texts,
} from '@akashic/kubernetes'
import type { Finding } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { absence, fieldQuote } from '../quote.ts'
import { edit, lookAt } from '../remedies.ts'

/** Policies that mean nobody, and those that let nobody in to pods which a Service offers. An empty pod selector means
 *  every pod of the namespace. A policy that denies everything is most often meant so, and told only where something
 *  speaks against that. */
export const policies: Analyser = {
  rules: ['policy-selects-nothing', 'policy-denies-all'],
  needs: ['NetworkPolicy', 'Pod', 'Service'],
  *find({ view }) {
    for (const policy of view.all('NetworkPolicy')) {
      const labels = labelsSelectedBy(view, policy)
      if (labels.length === 0) yield* selectsNothing(view, policy)
      else if (policy.restricts.ingress && policy.ingress.length === 0) yield* deniesAll(view, policy, labels)
    }
  },
}

/** Pods of one template have the same labels: each is asked about once. */
function labelsSelectedBy(view: ClusterView, { namespace, podSelector }: NetworkPolicy): readonly Texts[] {
  return [...new Set(view.podsSelectedBy(namespace, podSelector).map(({ labels }) => labels))]
}

function* selectsNothing(view: ClusterView, policy: NetworkPolicy): Iterable<Finding> {
  const { namespace, podSelector } = policy
  if (isEmptySelector(podSelector) || view.freshness('Pod').state !== 'fresh') return
  const templates = (['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'] as const).flatMap((kind) => [
    ...view.inNamespace(kind, namespace),
  ])
  if (templates.some(({ template }) => selects(podSelector, template.labels))) return
  const selector = selectorText(podSelector)
  const object = referenceTo(policy)
  yield {
    ...{ rule: 'policy-selects-nothing', severity: 'info', object, uid: policy.uid, part: '', reason: 'NoPods' },
    summary: `It is about no pod: none in ${namespace} has the labels ${selector}, and no workload makes any.`,
    evidence: [
      fieldQuote(policy, 'spec.podSelector', selector),
      absence(policy, `no pod and no template in ${namespace} matches ${selector}`),
    ],
    remedies: [
      lookAt('See the labels of the pods there', `kubectl get pods -n ${namespace} --show-labels`),
      edit(object, 'Mend its pod selector', 'whose traffic it restricts'),
    ],
    ...{ blames: [], involves: [], since: null },
  }
}

function* deniesAll(view: ClusterView, policy: NetworkPolicy, labels: readonly Texts[]): Iterable<Finding> {
  const { namespace, podSelector } = policy
  const others = [...view.inNamespace('NetworkPolicy', namespace)].filter(
    ({ restricts, ingress }) => restricts.ingress && ingress.length > 0,
  )
  const sealed = labels.filter((each) => !others.some((other) => selects(other.podSelector, each)))
  const services = [...view.inNamespace('Service', namespace)].filter((service) => offers(service, sealed))
  if (services.length === 0) return
  const object = referenceTo(policy)
  const names = services.map(({ name }) => name).toSorted()
  yield {
    ...{ rule: 'policy-denies-all', severity: 'info', object, uid: policy.uid, part: '', reason: 'IngressDenied' },
    summary: `It lets nobody in to ${isEmptySelector(podSelector) ? `any pod of ${namespace}` : `the pods ${selectorText(podSelector)}`}, and Service ${names.join(', ')} offers some of them.`,
    evidence: [
      fieldQuote(
        policy,
        'spec.podSelector',
        isEmptySelector(podSelector) ? '{} (every pod)' : selectorText(podSelector),
      ),
      fieldQuote(policy, 'spec.ingress', '[]'),
      ...services
        .slice(0, 3)
        .map((service) => fieldQuote(service, 'spec.selector', selectorText(selectorOfLabels(service.selector ?? {})))),
    ],
    remedies: [
      lookAt('See which policies there are', `kubectl get networkpolicy -n ${namespace}`),
      edit(object, 'If the Service is to be used, let in whoever uses it', 'whose traffic gets to the pods'),
    ],
    ...{ blames: [], involves: services.map(referenceTo), since: policy.lastWrite?.at ?? policy.createdAt },
  }
}

const offers = ({ selector, type }: Service, sealed: readonly Texts[]): boolean =>
  selector !== null && type !== 'ExternalName' && sealed.some((labels) => selects(selectorOfLabels(selector), labels))
