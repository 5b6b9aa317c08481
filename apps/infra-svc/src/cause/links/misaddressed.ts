import { containerOf, referenceTo, type Pod, type Reference, type Service } from '@akashic/kubernetes'
import { topOwner } from '../../analyse/owner.ts'
import { fieldQuote } from '../../analyse/quote.ts'
import type { GroupedFinding } from '../../finding/group-findings.ts'
import type { LogFact } from '../../log/log-facts.ts'
import { ofDeletedService, ofSetting, renameOutside, withPort, withServiceMeant } from '../../remedy/address.ts'
import { ofCommand } from '../../remedy/process.ts'
import { offerPort } from '../../remedy/service.ts'
import type { OpenCase } from '../case.ts'
import { onsetOf } from '../onset.ts'
import { hostSettings, serviceMeant, serviceNamed } from '../settings.ts'
import { windowMs } from './changed.ts'
import { blaming } from './blaming.ts'
import type { Link } from './link.ts'

const corroboration = { corroboration: ['a log names the host'] }
const lasting = /ENOTFOUND|NXDOMAIN|no such host|Name or service not known|UnknownHost|can't resolve|bad address/i

/** A name that no Service has: the Service, where it was deleted; else whoever tells the name to the container. */
export function* noSuchService(
  open: OpenCase,
  finding: GroupedFinding,
  pod: Pod,
  fact: LogFact,
  host: string,
): Iterable<Link> {
  // What is refused or too late was found by its name.
  if ((fact.kind !== 'dns_failure' && fact.kind !== 'waiting') || host === 'localhost') return
  if (open.view.freshness('Service').state === 'unknown') return
  const meant = serviceMeant(pod.namespace, host)
  if (meant && wasChanged(open, finding, meant, 'deleted')) {
    yield blaming('no-such-host', pod, fact, {
      ...{ object: meant, because: 'it was deleted, and is still asked for', ...corroboration },
      ...ofDeletedService(open.view, meant, fact.port ?? portTold(open, pod, host)),
    })
    return
  }
  const settings = hostSettings(open.view, pod).filter((setting) => setting.host === host.toLowerCase())
  for (const setting of settings) {
    const because = `its ${setting.name} names the host ${host}, and no Service has that name`
    const own = ofSetting(open.view, pod, setting, withServiceMeant(open.view, meant, host))
    yield blaming('no-such-host', pod, fact, { object: setting.source, because, ...own, ...corroboration })
  }
  if (settings.length > 0 || !lasting.test(fact.line)) return
  const container = containerOf(pod, fact.container)
  if (!container || !namesIt([...container.command, ...container.args].join(' '), host)) return
  const because = `its container ${container.name} runs a command that names the host ${host}, and no Service has that name`
  const object = topOwner(open.view, pod)
  const own = ofCommand(open.view, object, container.name)
  yield blaming('no-such-host', pod, fact, { object, because, ...own, ...corroboration })
}

/** The port at which a pod is told to ask a host. */
const portTold = ({ view }: OpenCase, pod: Pod, host: string): number | null =>
  hostSettings(view, pod).find((setting) => setting.host === host.toLowerCase())?.port ?? null

const namesIt = (text: string, host: string): boolean => text.split(/[^a-zA-Z0-9.-]+/).includes(host)

/** A Service that is well, and is asked for what it does not offer. */
export function* wrongAddress(
  open: OpenCase,
  finding: GroupedFinding,
  pod: Pod,
  fact: LogFact,
  service: Service,
): Iterable<Link> {
  if (service.type === 'ExternalName') {
    if (fact.kind !== 'dns_failure' || !lasting.test(fact.line)) return
    const because = `it stands for ${service.externalName}, and that name is not found`
    yield blaming('no-such-host', pod, fact, {
      ...{ object: referenceTo(service), because, corroboration: ['a log shows the name failing'] },
      evidence: [fieldQuote(service, 'spec.externalName', service.externalName)],
      remedies: renameOutside(service),
    })
    return
  }
  const offered = service.ports.map(({ port }) => port)
  // A headless Service only resolves a name: its ports stand in nobody's way.
  if (fact.port === null || offered.includes(fact.port) || service.clusterIp === 'None' || offered.length === 0) return
  const what = `and Service ${service.name} offers ${offered.join(', ')}`
  if (wasChanged(open, finding, service, 'routing')) {
    const because = `it is asked for port ${fact.port}, which it does not offer since it was changed`
    yield blaming('wrong-port', pod, fact, {
      ...{ object: referenceTo(service), because, corroboration: ['it was changed shortly before'] },
      evidence: [fieldQuote(service, 'spec.ports[].port', offered.join(', '))],
      remedies: offerPort(service, fact.port),
    })
    return
  }
  for (const setting of hostSettings(open.view, pod)) {
    const { host, port, name, source } = setting
    const isMeant = serviceNamed(open.view, pod.namespace, host)?.uid === service.uid
    if (!isMeant || (port !== null && port !== fact.port)) continue
    const because = `its ${name} leads to port ${fact.port} of ${host}, ${what}`
    const own = ofSetting(open.view, pod, setting, withPort(host, offered[0]!))
    yield blaming('wrong-port', pod, fact, { object: source, because, ...own, corroboration: ['a log names the port'] })
  }
}

function wasChanged(
  open: OpenCase,
  finding: GroupedFinding,
  object: Reference,
  wanted: 'deleted' | 'routing',
): boolean {
  const onset = onsetOf(open, finding) ?? open.now
  return open.changesOf(object).some(({ kind, at }) => kind === wanted && at > onset - windowMs)
}
