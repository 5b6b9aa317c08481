import {
  containerOf,
  referenceTo,
  selects,
  type ClusterView,
  type Container,
  type Pod,
  type Reference,
  type Resource,
  type Webhook,
} from '@akashic/kubernetes'
import type { Blame } from '../../finding/finding.ts'
import { ofConfiguration } from '../../remedy/webhook.ts'

interface Something {
  readonly container: string
  readonly has: (container: Container) => boolean
  readonly own: Pick<Blame, 'evidence' | 'remedies'>
}

interface Given {
  /** Whether the template that the pod was made of has it too. */
  readonly isOfTemplate: boolean
  readonly blamed: readonly Omit<Blame, 'because'>[]
}

/** Who gave a container of a pod something that it has: the workload, unless its template does not say it. Then a webhook
 *  put it in, which is known where one alone may change the pod.
 *  @param has whether a container has it.
 *  @param own what the workload shows of it, and what mends it there. */
export function givenBy(view: ClusterView, pod: Pod, owner: Reference, { container, has, own }: Something): Given {
  if (!isInjected(view, pod, container, has))
    return { isOfTemplate: true, blamed: [{ object: owner, strength: 'direct', ...own }] }
  const webhooks = [...view.all('MutatingWebhookConfiguration')].filter((configuration) =>
    configuration.webhooks.some((webhook) => mayChange(view, webhook, pod)),
  )
  if (webhooks.length === 0) return { isOfTemplate: false, blamed: [{ object: owner, strength: 'inferred', ...own }] }
  const strength = webhooks.length === 1 ? 'direct' : 'inferred'
  return {
    isOfTemplate: false,
    blamed: webhooks.map((each) => ({ object: referenceTo(each), strength, ...ofConfiguration(each) })),
  }
}

function isInjected(view: ClusterView, pod: Pod, name: string, has: (container: Container) => boolean): boolean {
  const maker = pod.owners.find(({ isController }) => isController)
  const found = maker && view.find({ kind: maker.kind, namespace: pod.namespace, name: maker.name })
  if (!found || found.uid !== maker.uid || !('template' in found) || found.template.spec.containers.length === 0)
    return false
  if (!isOfTemplateNow(pod, found)) return false
  const given = containerOf(pod, name)
  const asked = containerOf(found.template, name)
  return given !== undefined && has(given) && !(asked !== undefined && has(asked))
}

/** The number of a DaemonSet's template, which its pods carry as a label; source: DeprecatedTemplateGeneration and
 *  DaemonSetTemplateGenerationKey of the API. */
const templateGeneration = { ofSet: 'deprecated.daemonset.template.generation', ofPod: 'pod-template-generation' }

/** Whether the template is still the one that the pod was made of. Those of ReplicaSets and Jobs stay as they were; those of
 *  StatefulSets and DaemonSets change in place. */
function isOfTemplateNow({ labels }: Pod, maker: Resource): boolean {
  switch (maker.kind) {
    case 'StatefulSet':
      return maker.observedGeneration >= maker.generation && labels['controller-revision-hash'] === maker.updateRevision
    case 'DaemonSet': {
      const generation = maker.annotations[templateGeneration.ofSet]
      return generation !== undefined && labels[templateGeneration.ofPod] === generation
    }
    default:
      return true
  }
}

/** Source: the API's MutatingWebhook, whose absent selectors select everything. */
function mayChange(view: ClusterView, { rules, namespaceSelector, objectSelector }: Webhook, pod: Pod): boolean {
  const labels = view.get('Namespace', '', pod.namespace)?.labels ?? {}
  return (
    rules.some(
      ({ groups, resources, operations }) =>
        groups.some((group) => group === '' || group === '*') &&
        resources.some((resource) => resource === 'pods' || resource === '*' || resource === '*/*') &&
        operations.some((operation) => operation === 'CREATE' || operation === '*'),
    ) &&
    (namespaceSelector === null || selects(namespaceSelector, labels)) &&
    (objectSelector === null || selects(objectSelector, pod.labels))
  )
}
