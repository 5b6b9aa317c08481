import { resourceTypes, type ClusterView, type Kind, type Reference } from '@akashic/kubernetes'

/** Whether an object is known not to be there: its kind is read, and none is called so. What may not be read, or is of a
 *  kind that nobody knows here, is not missing. */
export const isMissing = (view: ClusterView, object: Reference): boolean =>
  object.kind in resourceTypes &&
  view.freshness(object.kind as Kind, object.namespace).state === 'fresh' &&
  view.find(object) === undefined

/** Whether somebody is known to answer for a Service; null where EndpointSlices were not read. */
export function hasReadyEndpoint(view: ClusterView, { namespace, name }: Reference): boolean | null {
  if (view.freshness('EndpointSlice').state === 'unknown') return null
  for (const { service, endpoints } of view.inNamespace('EndpointSlice', namespace)) {
    if (service === name && endpoints.some(({ isReady }) => isReady)) return true
  }
  return false
}
