import { referenceTo, type Service, type ServicePort, type Texts } from '@akashic/kubernetes'
import type { Remedy } from '../finding/finding.ts'
import { patch, pointer, replaced } from './command.ts'

/** Let a Service select other pods.
 *  @param labels those that change: null for one that is taken away. */
export function selectInstead(
  service: Service,
  labels: Readonly<Record<string, string | null>>,
  title: string,
): Remedy {
  const { selector } = service
  const before = Object.fromEntries(Object.keys(labels).map((key) => [key, selector?.[key] ?? null]))
  return patch(referenceTo(service), {
    title,
    changes: 'to which pods the Service sends',
    to: { spec: { selector: labels } },
    back: { spec: { selector: before } },
  })
}

/** What takes one selector to another. */
export const labelsFrom = (before: Texts, after: Texts): Readonly<Record<string, string | null>> => ({
  ...Object.fromEntries(Object.keys(before).map((key) => [key, null])),
  ...after,
})

/** Offer a port again that is asked for, which leads to where the first leads, beside those that are offered. Where there
 *  are several each has a name. */
export function offerPort(service: Service, port: number): readonly Remedy[] {
  const [first] = service.ports
  if (!first) return []
  const targetPort = /^\d+$/.test(first.targetPort) ? Number(first.targetPort) : first.targetPort
  const { length } = service.ports
  const at = (index: number, field: string): string => pointer('spec', 'ports', index, field)
  const isFirst = { op: 'test', path: at(0, 'port'), value: first.port }
  const added = { name: `port-${port}`, protocol: first.protocol, port, targetPort }
  const isNamed = first.name !== ''
  return [
    patch(referenceTo(service), {
      title: `Offer port ${port} too, which leads to ${targetPort} of its pods as ${first.port} does`,
      changes: 'at which ports the Service is asked, beside those that it offers',
      type: 'json',
      to: [
        isFirst,
        ...(isNamed ? [] : [{ op: 'add', path: at(0, 'name'), value: `port-${first.port}` }]),
        { op: 'add', path: `${pointer('spec', 'ports')}/-`, value: added },
      ],
      back: [
        { op: 'test', path: at(length, 'port'), value: port },
        { op: 'remove', path: pointer('spec', 'ports', length) },
        ...(isNamed ? [] : [isFirst, { op: 'remove', path: at(0, 'name') }]),
      ],
    }),
  ]
}

interface Declared {
  readonly name: string
  readonly port: number
  readonly protocol: string
}

/** Send a port of a Service to one that its pods declare: to that of the same name or number, else to any of the first. */
export function sendToPort(service: Service, port: ServicePort, declared: readonly Declared[]): readonly Remedy[] {
  const index = service.ports.indexOf(port)
  const fitting = declared.filter(({ protocol }) => protocol === port.protocol)
  const alike = fitting.filter(({ name, port: number }) => (name !== '' && name === port.name) || number === port.port)
  const at = pointer('spec', 'ports', index, 'targetPort')
  const before = /^\d+$/.test(port.targetPort) ? Number(port.targetPort) : port.targetPort
  return (alike.length > 0 ? alike : fitting).slice(0, 3).map(({ port: number }) =>
    patch(referenceTo(service), {
      title: `Send its port ${port.port} to port ${number} of the pods`,
      changes: 'to which port of its pods the Service sends',
      type: 'json',
      to: replaced(at, before, number),
      back: replaced(at, number, before),
    }),
  )
}
