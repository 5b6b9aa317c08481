import {
  isReady,
  referenceTo,
  selectorOfLabels,
  type ClusterView,
  type Endpoint,
  type Kind,
  type Reference,
  type Service,
} from '@akashic/kubernetes'
import { isIP } from 'node:net'
import { clusterDomain } from './cluster-names.ts'

/** What objects say of an absolute name. found: it has addresses; empty: it exists and has none; absent: there is no such
 *  name in the cluster; outside: it is none of the cluster's; unknown: what would tell was not read. */
export interface NameAnswer {
  readonly name: string
  readonly state: 'found' | 'empty' | 'absent' | 'outside' | 'unknown'
  readonly says: string
  readonly object: Reference | null
  readonly addresses: readonly string[]
  /** The name that it stands for, of an ExternalName. */
  readonly aliasOf: string | null
}

const mostAliases = 8

/** Source: the specification of Kubernetes DNS-based service discovery, 1.1. */
export function resolveByObjects(view: ClusterView, name: string, aliases = 0): NameAnswer {
  const bare = name.replace(/\.$/, '')
  if (!bare.includes('.')) return answer(name, 'absent', `no host of the internet is called ${bare} alone`)
  if (bare !== clusterDomain && !bare.endsWith(`.${clusterDomain}`)) {
    return answer(name, 'outside', `${bare} is no name of the cluster: the name service asks others for it`)
  }
  const labels = bare.slice(0, -clusterDomain.length - 1).split('.')
  const type = labels.at(-1)
  const [namespace = '', ...rest] = labels.slice(0, -1).toReversed()
  if (type === 'pod' && rest.length === 1) return ofPod(name, rest[0]!)
  const [service, host, ...more] = rest
  if (type !== 'svc' || service === undefined || more.length > 0) {
    return answer(name, 'absent', `the cluster has no name of the form ${bare}`)
  }
  const unread = unreadOf(view, ['Service', 'EndpointSlice'])
  if (unread !== null) return answer(name, 'unknown', unread)
  const found = view.get('Service', namespace, service)
  if (!found) return answer(name, 'absent', `there is no Service ${namespace}/${service}`)
  return host === undefined ? ofService(view, name, found, aliases) : ofEndpoint(view, name, found, host)
}

function unreadOf(view: ClusterView, kinds: readonly Kind[]): string | null {
  for (const kind of kinds) {
    const freshness = view.freshness(kind)
    if (freshness.state === 'unknown') return `${kind} objects were not read: ${freshness.reason}`
  }
  return null
}

function ofService(view: ClusterView, name: string, service: Service, aliases: number): NameAnswer {
  const { namespace, type, clusterIp, externalName } = service
  const object = referenceTo(service)
  const text = `Service ${namespace}/${service.name}`
  if (type === 'ExternalName') {
    if (aliases >= mostAliases) return answer(name, 'empty', `${text} stands for itself in the end`, object)
    const target = resolveByObjects(view, `${externalName}.`, aliases + 1)
    const { state, addresses } = target
    const says = `${text} stands for ${externalName}; ${target.says}`
    return { ...answer(name, state === 'absent' ? 'empty' : state, says, object, addresses), aliasOf: externalName }
  }
  if (clusterIp !== 'None') {
    if (isIP(clusterIp) === 0) return answer(name, 'empty', `${text} has no address yet`, object)
    return answer(name, 'found', `${text} has the address ${clusterIp}`, object, [clusterIp])
  }
  const endpoints = endpointsOf(view, service)
  const serving = service.publishesNotReady ? endpoints : endpoints.filter((endpoint) => endpoint.isReady)
  const addresses = [...new Set(serving.flatMap((endpoint) => endpoint.addresses))].toSorted()
  const what = service.publishesNotReady ? 'endpoints' : 'ready endpoints'
  if (addresses.length > 0)
    return answer(name, 'found', `${text} is headless, with ${addresses.length} ${what}`, object, addresses)
  return answer(name, 'empty', `${text} is headless and has no ${what}${podsOf(view, service)}`, object)
}

function podsOf(view: ClusterView, { namespace, selector }: Service): string {
  if (selector === null) return ''
  const pods = view.podsSelectedBy(namespace, selectorOfLabels(selector))
  return pods.length === 0
    ? ', as it selects no pod'
    : `: ${pods.filter(isReady).length} of ${pods.length} pods are ready`
}

/** A pod of a StatefulSet, or any endpoint of a headless Service by its address. */
function ofEndpoint(view: ClusterView, name: string, service: Service, host: string): NameAnswer {
  const object = referenceTo(service)
  const text = `Service ${service.namespace}/${service.name}`
  if (service.clusterIp !== 'None')
    return answer(name, 'absent', `${text} is not headless: its pods have no names of their own`, object)
  const meant = endpointsOf(view, service).filter(
    ({ hostname, addresses }) =>
      hostname === host || addresses.some((address) => address.replace(/[.:]/g, '-') === host),
  )
  if (meant.length === 0) return answer(name, 'absent', `${text} has no endpoint ${host}`, object)
  const serving = meant.filter((endpoint) => endpoint.isReady || service.publishesNotReady)
  const addresses = serving.flatMap((endpoint) => endpoint.addresses)
  if (addresses.length === 0) return answer(name, 'empty', `the endpoint ${host} of ${text} is not ready`, object)
  return answer(name, 'found', `${text} has the endpoint ${host}`, object, addresses)
}

function endpointsOf(view: ClusterView, { namespace, name }: Service): readonly Endpoint[] {
  return [...view.inNamespace('EndpointSlice', namespace)]
    .filter(({ service }) => service === name)
    .flatMap(({ endpoints }) => endpoints)
}

function ofPod(name: string, host: string): NameAnswer {
  const address = [host.replaceAll('-', '.'), host.replaceAll('-', ':')].find((each) => isIP(each) !== 0)
  if (address === undefined) return answer(name, 'absent', `${host} is no address with hyphens`)
  return answer(name, 'found', 'it is the address itself, whether or not a pod has it', null, [address])
}

const answer = (
  name: string,
  state: NameAnswer['state'],
  says: string,
  object: Reference | null = null,
  addresses: readonly string[] = [],
): NameAnswer => ({ name, state, says, object, addresses, aliasOf: null })
