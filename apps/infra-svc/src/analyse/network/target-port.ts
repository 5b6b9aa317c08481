import { isReady, referenceTo, type Pod, type Service, type ServicePort } from '@akashic/kubernetes'
import type { Evidence, Finding } from '../../finding/finding.ts'
import { sendToPort } from '../../remedy/service.ts'
import type { Analyser, Look } from '../analyser.ts'
import { fieldQuote } from '../quote.ts'
import { describe } from '../remedies.ts'
import { declaredPorts, isNumber, leadsTo, podsBehind, servingIn, type ContainerPort } from './container-ports.ts'
import { portsMeant } from './port-meant.ts'
import { refusalsIn, type RefusalLookup } from './refusals.ts'

/** A port of a Service that leads to a port which none of its pods declares. Pods that declare none say nothing of it. A
 *  name must be declared. What is declared of numbers only informs: a number is to blame where connections there are seen
 *  to be refused, or where another port is evidently meant; else it is only told. */
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
        if (declared.some((each) => leadsTo(port, each)) || isAnswered(port, pods)) continue
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

/** The kubelet asks there by itself, and is answered: without that no container becomes ready, or it begins anew. */
const isAnswered = ({ targetPort: asked, protocol }: ServicePort, pods: readonly Pod[]): boolean =>
  protocol === 'TCP' &&
  pods.some((pod) => {
    const isCalm = pod.statuses.every(({ restarts }) => restarts === 0)
    return (
      isReady(pod) &&
      servingIn([pod]).some(({ readiness, startup, liveness }) =>
        [readiness, startup, isCalm ? liveness : null].some((probe) => probe?.port === asked && probe.host === ''),
      )
    )
  })

function judged({ view }: Look, told: Undeclared, refusals: RefusalLookup): Finding {
  const { service, port, pods, declared } = told
  if (!isNumber(port.targetPort)) return mismatch(told, declared)
  // A Service without an address only resolves a name: its ports stand in nobody's way.
  if (service.clusterIp === 'None') return unobserved(told)
  const meant = portsMeant(view, service, port, pods)
  const refusal = refusals(service, port, pods)
  if (refusal) return mismatch(told, meant.length > 0 ? meant : declared, refusal)
  return meant.length > 0 ? mismatch(told, meant) : unobserved(told)
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
