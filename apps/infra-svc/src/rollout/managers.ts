import { kinds, type ClusterView, type Meta, type Reference } from '@akashic/kubernetes'
import { isNamespaceName, isReleaseName } from '../helm/release-state.ts'

/** Who decides what a workload is asked to be, so that a change by hand would be taken back or fought. */
export interface Manager {
  readonly kind: 'argocd' | 'flux' | 'operator' | 'helm' | 'hpa'
  /** Of the application, release or object. */
  readonly name: string
  /** Where the application, release or object is; that of the workload where nothing tells. */
  readonly namespace: string
  /** A sentence: what it means to whoever wants to change the workload. */
  readonly says: string
}

/** An object of any kind, also one that clusters are not followed by. */
export type Managed = Reference & Pick<Meta, 'labels' | 'annotations' | 'owners'>

/** Everyone that manages an object, those first that overwrite the others' changes. Sources: the labels and annotations
 *  that each of them documents, the controller owner reference, and the target of an autoscaler. */
export function managersOf(view: ClusterView, object: Managed): readonly Manager[] {
  return [...argoCd(object), ...flux(object), ...operator(object), ...helm(object), ...autoscalers(view, object)]
}

/** A tracking id is `APPLICATION:GROUP/KIND:NAMESPACE/NAME`; the application may be written `NAMESPACE_NAME`. */
function argoCd({ annotations, labels, namespace }: Managed): readonly Manager[] {
  const application =
    annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] || labels['argocd.argoproj.io/instance']
  if (!application) return []
  const says = `Argo CD keeps it as application ${application} says in Git; with self-healing a change by hand is taken back.`
  return [{ kind: 'argocd', name: application, namespace, says }]
}

function flux({ labels, namespace }: Managed): readonly Manager[] {
  return (['kustomize', 'helm'] as const).flatMap((source): readonly Manager[] => {
    const name = labels[`${source}.toolkit.fluxcd.io/name`]
    if (!name) return []
    const kind = source === 'helm' ? 'HelmRelease' : 'Kustomization'
    const says = `Flux keeps it as ${kind} ${name} says in Git; a change by hand is taken back.`
    return [{ kind: 'flux', name, namespace: labels[`${source}.toolkit.fluxcd.io/namespace`] || namespace, says }]
  })
}

/** An owner of a kind that Kubernetes does not have itself. */
function operator({ owners, namespace }: Managed): readonly Manager[] {
  const owner = owners.find(({ isController }) => isController)
  if (owner === undefined || (kinds as readonly string[]).includes(owner.kind)) return []
  const says = `An operator makes it of ${owner.kind} ${owner.name}; change that one instead.`
  return [{ kind: 'operator', name: `${owner.kind}/${owner.name}`, namespace, says }]
}

/** Annotations may say anything, and these end up in commands. */
function helm({ annotations, namespace }: Managed): readonly Manager[] {
  const name = annotations['meta.helm.sh/release-name'] ?? ''
  const within = annotations['meta.helm.sh/release-namespace'] ?? namespace
  if (!isReleaseName(name) || !isNamespaceName(within)) return []
  const says = `Helm release ${name} made it; a change by hand drifts from Helm's record until the next upgrade.`
  return [{ kind: 'helm', name, namespace: within, says }]
}

function autoscalers(view: ClusterView, { kind, name, namespace }: Reference): readonly Manager[] {
  return [...view.inNamespace('HorizontalPodAutoscaler', namespace)]
    .filter(({ target }) => target.kind === kind && target.name === name)
    .map((autoscaler) => ({
      kind: 'hpa',
      name: autoscaler.name,
      namespace,
      says: `HorizontalPodAutoscaler ${autoscaler.name} sets its replicas, from ${autoscaler.minReplicas} to ${autoscaler.maxReplicas}; scaling by hand fights it.`,
    }))
}
