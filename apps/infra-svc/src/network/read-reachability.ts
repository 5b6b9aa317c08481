import {
  canReach,
  reachesInternet,
  type ClusterView,
  type Pod,
  type Reachability,
  type ReachEndpoint,
  type Reference,
} from '@akashic/kubernetes'
import { OpsError } from '@akashic/shared/errors'
import { isIP } from 'node:net'
import { podsOf } from '../analyse/owner.ts'

export interface ReachAsked {
  /** A pod or a workload; of kind `IP` an address by its name. */
  readonly from: Reference
  /** The same, a Service, or of kind `Internet` all of that. */
  readonly to: Reference
  readonly port: number
  readonly protocol: string
}

const protocols = ['TCP', 'UDP', 'SCTP'] as const

/** Whether traffic gets through, by the policies. Of a workload its first pod stands for all.
 *  @throws OpsError invalid_argument, or not_found for an end that there is not. */
export function readReachability(view: ClusterView, { from, to, port, protocol }: ReachAsked): Reachability {
  const asked = protocols.find((each) => each === (protocol || 'TCP').toUpperCase())
  if (!asked) throw new OpsError('invalid_argument', 'protocol must be TCP, UDP or SCTP.')
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new OpsError('invalid_argument', 'port must be from 1 to 65535.')
  if (from.kind === 'Service')
    throw new OpsError('invalid_argument', 'Traffic comes from a pod, a workload or an address, not from a Service.')
  if (to.kind === 'Internet') return toInternet(view, endOf(view, from), { port, protocol: asked })
  return canReach(view, { from: endOf(view, from), to: endOf(view, to), port, protocol: asked })
}

function toInternet(
  view: ClusterView,
  from: ReachEndpoint,
  traffic: { readonly port: number; readonly protocol: string },
): Reachability {
  const pod = 'ip' in from ? undefined : view.get('Pod', from.namespace, from.name)
  if (!pod) throw new OpsError('invalid_argument', 'Only what comes from a pod or a workload is judged on its way out.')
  return reachesInternet(view, pod, traffic)
}

function endOf(view: ClusterView, { kind, namespace, name }: Reference): ReachEndpoint {
  if (kind === 'IP') {
    if (isIP(name) === 0) throw new OpsError('invalid_argument', `${name} is no IP address.`)
    return { ip: name }
  }
  if (kind === 'Service' || kind === 'Pod') {
    if (!view.get(kind, namespace, name)) throw new OpsError('not_found', `There is no ${kind} ${namespace}/${name}.`)
    return { kind, namespace, name }
  }
  const [pod] = firstPod(view, { kind, namespace, name })
  if (!pod) throw new OpsError('not_found', `There is no ${kind} ${namespace}/${name} with a pod.`)
  return { kind: 'Pod', namespace: pod.namespace, name: pod.name }
}

/** One that runs, where one does. */
const firstPod = (view: ClusterView, workload: Reference): readonly Pod[] =>
  podsOf(view, workload).toSorted(
    (a, b) => Number(b.phase === 'Running') - Number(a.phase === 'Running') || a.name.localeCompare(b.name),
  )
