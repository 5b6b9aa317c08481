import type { ClusterView, KubeEvent, Reference } from '@akashic/kubernetes'

type Subject = Reference & { readonly uid: string }

/** Events about an object with one of these reasons, the latest first. */
export function eventsWith(view: ClusterView, object: Subject, reasons: readonly string[]): readonly KubeEvent[] {
  return view.eventsOf(object).filter(({ reason }) => reasons.includes(reason))
}

/** Of a pod's events those about one of its containers, or about none in particular. */
export function podEvents(
  view: ClusterView,
  pod: Subject,
  reasons: readonly string[],
  container: string,
): readonly KubeEvent[] {
  return eventsWith(view, pod, reasons).filter(
    ({ about: { fieldPath } }) => !fieldPath.includes('{') || fieldPath.includes(`{${container}}`),
  )
}
