import { referenceTo, selectorOfLabels, type Pod, type ServicePort } from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { topOwner } from '../owner.ts'
import { fieldQuote } from '../quote.ts'
import { sendToPort } from '../../remedy/service.ts'

/** A port of a Service that leads to a port which none of its pods declares. Pods that declare none say nothing of it. */
export const targetPort: Analyser = {
  rules: ['service-target-port'],
  needs: ['Service', 'Pod'],
  *find({ view }) {
    for (const service of view.all('Service')) {
      if (service.selector === null || service.type === 'ExternalName') continue
      const pods = view.podsSelectedBy(service.namespace, selectorOfLabels(service.selector))
      const [pod] = pods
      const declared = declaredPorts(pods)
      if (!pod || declared.length === 0) continue
      for (const port of service.ports) {
        if (leadsSomewhere(port, declared)) continue
        const object = referenceTo(service)
        const shown = declared
          .map(({ name, port: number }) => (name === '' ? String(number) : `${name} ${number}`))
          .join(', ')
        const owner = topOwner(view, pod)
        yield {
          rule: 'service-target-port',
          severity: 'critical',
          object,
          uid: service.uid,
          part: port.name || String(port.port),
          reason: 'TargetPortMismatch',
          summary: `Its port ${port.port} leads to ${port.targetPort}, and its pods declare ${shown}.`,
          evidence: [
            fieldQuote(service, `spec.ports[${port.name || port.port}].targetPort`, port.targetPort),
            fieldQuote(owner, 'spec.template.spec.containers[].ports', shown),
          ],
          remedies: [],
          blames: [
            {
              object,
              because: `its targetPort ${port.targetPort} is none of the ports that its pods declare (${shown})`,
              strength: 'direct',
              remedies: sendToPort(service, port, declared),
            },
          ],
          involves: [],
          since: null,
        }
      }
    }
  },
}

function declaredPorts(pods: readonly Pod[]) {
  const all = pods
    .slice(0, 3)
    .flatMap(({ spec }) => spec.containers.filter(({ role }) => role !== 'init').flatMap(({ ports }) => ports))
  return [...new Map(all.map((port) => [`${port.name} ${port.port} ${port.protocol}`, port])).values()]
}

const leadsSomewhere = ({ targetPort, protocol }: ServicePort, declared: ReturnType<typeof declaredPorts>): boolean =>
  declared.some(
    (port) =>
      port.protocol === protocol &&
      (/^\d+$/.test(targetPort) ? port.port === Number(targetPort) : port.name === targetPort),
  )
