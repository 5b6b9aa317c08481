import type { ClusterView, Pod, Reference, Service } from '@akashic/kubernetes'
import { topOwner } from '../analyse/owner.ts'
import { absence } from '../analyse/quote.ts'
import { edit, target } from '../analyse/remedies.ts'
import { containerIn, keyQuote, variableQuote } from '../analyse/template-quote.ts'
import type { HostSetting } from '../cause/settings.ts'
import type { Blame, Remedy } from '../finding/finding.ts'
import { hideInText } from '../redaction/hide-secrets.ts'
import { ofWrongKey } from './configuration.ts'
import { nearestName } from './spelling.ts'
import { restart, setVariable } from './template.ts'

type Own = Pick<Blame, 'evidence' | 'remedies'>

/** An address without anything that may be secret: no user, no query, no token in its path. */
const isPlain = (name: string, value: string): boolean => plainAddress.test(value) && hideInText(name, value) === value
const plainAddress = /^(?:[a-z][a-z0-9+.-]*:\/\/)?[a-z0-9][\w.-]*(?::\d{1,5})?(?:\/[\w./-]*)?$/i

/** What tells a container an address, and how to tell it another.
 *  @param corrected the right one, of the one that is told; null where it is not known. */
export function ofSetting(
  view: ClusterView,
  pod: Pod,
  { source, container, name, key }: HostSetting,
  corrected: (value: string) => string | null,
): Own {
  if (source.kind === 'ConfigMap' && key !== null) {
    const { remedies = [] } = ofWrongKey(view, source, key)
    return { evidence: keyQuote(view, source, key), remedies: [...remedies, ...restart(topOwner(view, pod))] }
  }
  const value = containerIn(view, source, container)?.env.find((each) => each.name === name)?.value ?? ''
  return {
    evidence: variableQuote(view, source, container, name),
    remedies: setVariable(view, source, container, name, isPlain(name, value) ? corrected(value) : null),
  }
}

/** An address with another port; null where the host is not what it names. */
export const withPort =
  (host: string, port: number) =>
  (value: string): string | null =>
    around(value, host, (after) => `${host}:${port}${after.replace(/^:\d+/, '')}`)

/** A scheme may be spelt like the host behind it, and a path may repeat it. */
const address = /^(?<scheme>[a-z][a-z0-9+.-]*:\/\/)?(?<named>[\w.-]+)(?<after>(?:[:/].*)?)$/i

function around(value: string, host: string, instead: (after: string) => string): string | null {
  const { scheme = '', named, after = '' } = address.exec(value)?.groups ?? {}
  return named?.toLowerCase() === host ? scheme + instead(after) : null
}

/** An address with the name of the Service that may have been meant: one of the same name in another namespace, or of a
 *  name that is spelt a little differently in the same. */
export function withServiceMeant(view: ClusterView, meant: Reference | undefined, host: string) {
  return (value: string): string | null => {
    const name = meant && otherName(view, meant, host)
    return name === undefined ? null : around(value, host, (after) => `${name}${after}`)
  }
}

function otherName(view: ClusterView, { namespace, name }: Reference, host: string): string | undefined {
  const elsewhere = [...view.all('Service')].filter((service) => service.name === name)
  if (elsewhere.length === 1) return `${name}.${elsewhere[0]!.namespace}`
  const near = nearestName(
    name,
    [...view.inNamespace('Service', namespace)].map((service) => service.name),
  )
  return near && (host.includes('.') ? `${near}.${namespace}` : near)
}

/** A Service that is gone: it is made again for the workload of its name, if there is one. */
export function ofDeletedService(view: ClusterView, service: Reference, port: number | null): Own {
  const { namespace, name } = service
  const workload = view.get('Deployment', namespace, name)
  const declared = workload?.template.spec.containers.flatMap(({ ports }) => ports)[0]?.port ?? null
  const offered = port ?? declared ?? 80
  const command =
    workload && declared !== null
      ? `kubectl expose -n ${namespace} deployment/${name} --name=${name} --port=${offered} --target-port=${declared}`
      : `kubectl create service clusterip -n ${namespace} ${name} --tcp=${offered}:${declared ?? offered}`
  const again: Remedy = {
    title: 'Make it again, or apply its manifest',
    command,
    changes: 'adds the Service; its name is found again',
    undo: `kubectl delete ${target(service)}`,
    isDestructive: false,
  }
  return { evidence: [absence(service, 'it does not exist')], remedies: [again] }
}

/** A workload that is gone. */
export const ofDeletedWorkload = (workload: Reference): Own => ({
  evidence: [absence(workload, 'it does not exist')],
  remedies: [
    {
      title: 'Apply its manifest again, from Git or by Helm, or take away what sends to it',
      command: null,
      changes: 'its pods are made again',
      undo: `kubectl delete ${target(workload)}`,
      isDestructive: false,
    },
  ],
})

/** A Service that stands for a name outside. */
export const renameOutside = (service: Service): readonly Remedy[] => [
  edit(service, 'Let it stand for a name that exists', 'where its name leads'),
]
