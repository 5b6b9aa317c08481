import { referenceTo, type Pod, type Service, type ServicePort } from '@akashic/kubernetes'
import type { Evidence, Finding } from '../../finding/finding.ts'
import { sendToPort } from '../../remedy/service.ts'
import type { Analyser, Look } from '../analyser.ts'
import { fieldQuote } from '../quote.ts'
import { describe } from '../remedies.ts'
import { declaredPorts, isNumber, leadsTo, podsBehind, servingIn, type ContainerPort } from './container-ports.ts'
import { isAnswered } from './answered-probes.ts'
import { portsMeant } from './port-meant.ts'
import { refusalsIn, type RefusalLookup } from './refusals.ts'

/** A port of a Service that leads to a port which none of its pods declares. Pods that declare none say nothing of it. A
 *  name must be declared. What is declared of numbers only informs: a number is to blame where connections there are seen
 *  to be refused, or where another port is evidently meant and no process is told from elsewhere where to listen; it may be
 *  where one is; else it is only told. */
export const targetPort: Analyser = {
  rules: ['service-target-port'],
  needs: ['Service', 'Pod', 'Event'],
  *find(look) {
    const refusals = refusalsIn(look)
    for (const service of look.view.all('Service')) {
      const pods = podsBehind(look.view, service)
      const declared = declaredPorts(pods)
      if (declared.length === 0) continue
      for (const port of service.ports) {
        if (declared.some((each) => leadsTo(port, each)) || isAnswered(port, pods, look.now)) continue
        yield judged(look, { service, port, pods, declared }, refusals)
      }
    }
  },
}

interface Undeclared {
  readonly service: Service
  readonly port: ServicePort
  readonly pods: readonly Pod[]
  readonly declared: readonly ContainerPort[]
}

function judged({ view }: Look, told: Undeclared, refusals: RefusalLookup): Finding {
  const { service, port, pods, declared } = told
  if (!isNumber(port.targetPort)) return mismatch(told, declared)
  // A Service without an address only resolves a name: its ports stand in nobody's way.
  if (service.clusterIp === 'None') return unobserved(told)
  const meant = portsMeant(view, service, port, pods)
  const refusal = refusals(service, port, pods)
  if (refusal) return mismatch(told, meant.ports.length > 0 ? meant.ports : declared, refusal)
  if (meant.ports.length === 0) return unobserved(told)
  return meant.isCertain ? mismatch(told, meant.ports) : unlikely(told, meant.ports)
}

function mismatch(told: Undeclared, meant: readonly ContainerPort[], refusal?: Evidence): Finding {
  const { service, port, declared } = told
  const refused = refusal ? ', and connections there are refused' : ''
  const object = referenceTo(service)
  const shown = textOf(declared)
  return {
    ...whatIsAsked(told, refusal),
    severity: 'critical',
    reason: 'TargetPortMismatch',
    summary: `Its port ${port.port} leads to ${port.targetPort}${refused}; its pods declare ${shown}.`,
    remedies: [],
    blames: [
      {
        object,
        because: `its targetPort ${port.targetPort} is none of the ports that its pods declare (${shown})${refused}`,
        strength: 'direct',
        remedies: sendToPort(service, port, meant),
      },
    ],
  }
}

function unobserved(told: Undeclared): Finding {
  const { service, port, declared } = told
  return {
    ...whatIsAsked(told),
    severity: 'info',
    reason: 'TargetPortUndeclared',
    summary: `Its port ${port.port} leads to ${port.targetPort}, which its pods do not declare (${textOf(declared)}); whether anything listens there was not observed.`,
    remedies: [describe(service)],
    blames: [],
  }
}

/** Nothing shows what the processes are told from elsewhere. */
function unlikely(told: Undeclared, meant: readonly ContainerPort[]): Finding {
  const { service, port, declared } = told
  return {
    ...unobserved(told),
    severity: 'warning',
    blames: [
      {
        object: referenceTo(service),
        because: `its targetPort ${port.targetPort} is none of the ports that its pods declare (${textOf(declared)}), unless what they are told from elsewhere lets them listen there`,
        strength: 'inferred',
        remedies: sendToPort(service, port, meant),
      },
    ],
  }
}

function whatIsAsked({ service, port, pods }: Undeclared, refusal?: Evidence) {
  const part = port.name || String(port.port)
  return {
    ...{ rule: 'service-target-port', object: referenceTo(service), uid: service.uid, part },
    evidence: [
      fieldQuote(service, `spec.ports[${part}].targetPort`, port.targetPort),
      ...(refusal ? [refusal] : []),
      ...portQuotes(pods),
    ],
    ...{ involves: [], since: null },
  }
}

/** What the first of the pods declares. */
const portQuotes = (pods: readonly Pod[]): readonly Evidence[] =>
  pods.slice(0, 1).flatMap((pod) =>
    servingIn([pod])
      .filter(({ ports }) => ports.length > 0)
      .map(({ name, role, ports }) =>
        fieldQuote(pod, `spec.${role === 'sidecar' ? 'initContainers' : 'containers'}[${name}].ports`, textOf(ports)),
      ),
  )

const textOf = (ports: readonly ContainerPort[]): string =>
  ports.map(({ name, port }) => (name === '' ? String(port) : `${name} ${port}`)).join(', ')
