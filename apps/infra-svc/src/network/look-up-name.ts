import type { ClusterClient, ClusterView } from '@akashic/kubernetes'
import { isIP } from 'node:net'
import { assertNamespaceThere } from '../cluster/assert-seen.ts'
import { readLogs } from '../log/read-logs.ts'
import { askNameServer, type Observation } from './ask-name-server.ts'
import { assertNamespace, clusterDomain, hostName, namesTried } from './cluster-names.ts'
import { nameServers, nameService, nameServiceState, type NameServiceState } from './name-service.ts'
import { resolveByObjects, type NameAnswer } from './resolve-by-objects.ts'

export interface LookUpDeps {
  readonly view: ClusterView
  readonly client: Pick<ClusterClient, 'getText'>
  readonly ask?: typeof askNameServer
}

/** What becomes of a name that a pod looks up. failing: it should have an answer, and the name service gives none. */
export interface NameLookup {
  readonly cluster: string
  readonly namespace: string
  readonly name: string
  readonly verdict: 'resolves' | 'empty' | 'not_found' | 'failing' | 'unknown'
  readonly says: string
  /** What the objects say of each name that is tried, up to the one that decides. */
  readonly tried: readonly NameAnswer[]
  readonly servers: NameServiceState
  readonly observed: Observation
}

/** Errors that are older say nothing of now. */
const logSeconds = 900

/** What a name leads to for a pod of a namespace: by the cluster's objects, by the state of its name service, and by what
 *  that answers when it is asked from here. @throws OpsError invalid_argument, or not_found for the namespace. */
export async function lookUpName(
  { view, client, ask = askNameServer }: LookUpDeps,
  asked: { readonly name: string; readonly namespace: string },
): Promise<NameLookup> {
  const namespace = asked.namespace || 'default'
  assertNamespace(namespace)
  const name = hostName(asked.name)
  assertNamespaceThere(view, namespace)
  const names = namesTried(name, namespace)
  const tried = triedIn(view, names)
  const servers = nameServers(view, nameService(view))
  const [logs, observed] = await Promise.all([
    readLogs(client, servers, undefined, { sinceSeconds: logSeconds }),
    observe(view, names, ask),
  ])
  const state = nameServiceState(view, logs)
  const judged = judge(name, tried, state, observed)
  return { cluster: view.cluster, namespace, name, ...judged, tried, servers: state, observed }
}

/** A name that the cluster does not have is tried in the next domain. */
function triedIn(view: ClusterView, names: readonly string[]): readonly NameAnswer[] {
  const tried: NameAnswer[] = []
  for (const name of names) {
    const answer = resolveByObjects(view, name)
    tried.push(answer)
    if (answer.state !== 'absent') break
  }
  return tried
}

async function observe(view: ClusterView, names: readonly string[], ask: typeof askNameServer): Promise<Observation> {
  const unknown = (says: string): Observation => ({ status: 'unknown', says, name: null, addresses: [] })
  const address = nameService(view)?.clusterIp ?? ''
  if (isIP(address) === 0) return unknown('the address of the name service is not known')
  const api = view.get('Service', 'default', 'kubernetes')
  if (!api || isIP(api.clusterIp) === 0) return unknown('nothing is known by which to tell whose name service answers')
  return ask(address, names, { name: `kubernetes.default.svc.${clusterDomain}`, address: api.clusterIp })
}

type Judged = Pick<NameLookup, 'verdict' | 'says'>

/** What was observed counts before what objects promise; a service that is down answers nobody. */
function judge(name: string, tried: readonly NameAnswer[], servers: NameServiceState, observed: Observation): Judged {
  if (observed.status === 'resolves') return { verdict: 'resolves', says: `the name service answers: ${observed.says}` }
  const { state, says } = tried.at(-1)!
  const missing = missingService(name, tried)
  if (servers.status === 'down') return { verdict: 'failing', says: `${servers.says}: it answers nobody` }
  if (state === 'unknown') return { verdict: 'unknown', says }
  if (state === 'outside') return ofOutside(missing === null ? says : `${missing}; ${says}`, observed)
  if (state === 'absent')
    return { verdict: 'not_found', says: `${missing ?? says}, and no other name that is tried exists` }
  if (state === 'empty') return { verdict: 'empty', says }
  if (observed.status !== 'unknown')
    return { verdict: 'failing', says: `${says}, and the name service does not know: ${observed.says}` }
  if (servers.status === 'unknown')
    return { verdict: 'unknown', says: `${says}, and nothing is known of the name service: ${servers.says}` }
  return { verdict: 'resolves', says: `by the cluster's objects: ${says}` }
}

/** The Service that a name of one or two labels is most likely meant for, where there is none. */
function missingService(name: string, tried: readonly NameAnswer[]): string | null {
  const meant = name.endsWith('.') ? undefined : tried[name.split('.').length - 1]
  return name.split('.').length <= 2 && meant?.state === 'absent' ? meant.says : null
}

function ofOutside(says: string, { status, says: seen }: Observation): Judged {
  if (status === 'unknown') return { verdict: 'unknown', says: `${says}, and it could not be asked: ${seen}` }
  return { verdict: status, says: `${says}: ${seen}` }
}
