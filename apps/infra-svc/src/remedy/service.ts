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

/** Offer a port again that is asked for, which leads to where the first leads. */
export function offerPort(service: Service, port: number): readonly Remedy[] {
  const [first] = service.ports
  if (!first) return []
  const targetPort = /^\d+$/.test(first.targetPort) ? Number(first.targetPort) : first.targetPort
  const at = pointer('spec', 'ports', 0, 'port')
  return [
    patch(referenceTo(service), {
      title: `Offer port ${port} in place of ${first.port}, which leads to ${targetPort} of its pods`,
      changes: `at which port the Service is asked; who asks at ${first.port} no longer gets through`,
      type: 'json',
      to: replaced(at, first.port, port),
      back: replaced(at, port, first.port),
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
