import { referencesOf, referenceText, type ClusterView, type Pod, type Service } from '@akashic/kubernetes'
import type { Remedy } from '../../finding/finding.ts'
import type { LogFact } from '../../log/log-facts.ts'
import { ofSetting } from '../../remedy/address.ts'
import type { OpenCase } from '../case.ts'
import { hostSettings, serviceNamed } from '../settings.ts'
import { blaming } from './blaming.ts'
import type { Link, LinkRule } from './link.ts'

/** TLS fails between two ends: the certificate of the server has expired, or it speaks TLS where a setting says that
 *  it does not, or the other way round. */
export const encrypted: LinkRule = function* (open, finding) {
  for (const { pod, fact } of open.factsOf(finding)) {
    if (fact.kind === 'certificate_expired') yield* expired(open, pod, fact)
    if (fact.kind === 'plain_answer' || fact.kind === 'tls_wanted') yield* spoken(open, pod, fact)
  }
}

function* expired(open: OpenCase, pod: Pod, fact: LogFact): Iterable<Link> {
  for (const service of servers(open, pod, fact)) {
    for (const object of secretsBehind(open, service)) {
      for (const other of open.findingsOn(object)) {
        if (other.reason !== 'CertificateExpired') continue
        yield {
          rule: 'encrypted',
          says: `it calls ${referenceText(service)}, which uses ${referenceText(object)}`,
          to: other,
        }
      }
    }
  }
}

/** Whom the line names; without a name, every Service that the pod is told of. */
function servers({ view }: OpenCase, pod: Pod, fact: LogFact): readonly Service[] {
  const hosts = fact.host === null ? hostSettings(view, pod).map(({ host }) => host) : [fact.host]
  return hosts.flatMap((host) => serviceNamed(view, pod.namespace, host) ?? [])
}

function secretsBehind({ view }: OpenCase, { namespace, selector }: Service) {
  if (selector === null) return []
  const pods = view.podsSelectedBy(namespace, { labels: selector, expressions: [] })
  const names = pods.flatMap(({ spec }) =>
    referencesOf(spec).flatMap(({ kind, name }) => (kind === 'Secret' ? name : [])),
  )
  return [...new Set(names)].map((name) => ({ kind: 'Secret', namespace, name }))
}

function* spoken({ view }: OpenCase, pod: Pod, fact: LogFact): Iterable<Link> {
  const isWanted = fact.kind === 'tls_wanted'
  for (const setting of hostSettings(view, pod)) {
    if (setting.host !== fact.host) continue
    const { evidence, remedies = [] } = ofSetting(view, pod, setting, (value) =>
      isWanted ? value.replace(/^http:/i, 'https:') : value.replace(/^https:/i, 'http:'),
    )
    const because = isWanted
      ? `its ${setting.name} asks for plain HTTP of ${setting.host}, which speaks TLS there`
      : `its ${setting.name} asks for TLS of ${setting.host}, which speaks plain HTTP`
    yield blaming('encrypted', pod, fact, {
      ...{ object: setting.source, because, ...(evidence && { evidence }) },
      remedies: isWanted
        ? remedies
        : [...(isWithin(view, pod, setting.host) ? remedies.map(inTheClear) : []), speakTls(setting.host)],
    })
  }
}

function isWithin(view: ClusterView, { namespace }: Pod, host: string): boolean {
  const server = serviceNamed(view, namespace, host)
  return server !== undefined && server.type !== 'ExternalName'
}

const inTheClear = (remedy: Remedy): Remedy => ({
  ...remedy,
  changes: `${remedy.changes}; without TLS what is sent can be read and changed on its way`,
})

const speakTls = (host: string): Remedy => ({
  title: `Let ${host} speak TLS, or ask it at an address where it does, if what is sent is nobody else's`,
  command: null,
  changes: 'at which address, or how, the server is asked',
  undo: 'go back to the address from before',
  isDestructive: false,
})
