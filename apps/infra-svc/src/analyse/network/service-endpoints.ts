import {
  referenceText,
  referenceTo,
  selectorOfLabels,
  type ClusterView,
  type EndpointSlice,
  type PodTemplate,
  type Reference,
  type Service,
  type Texts,
} from '@akashic/kubernetes'
import type { Blame, Evidence, Finding } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { topOwner } from '../owner.ts'
import { absence, fieldQuote } from '../quote.ts'
import { ofNoReplicas } from '../../remedy/scale.ts'
import { selectInstead } from '../../remedy/service.ts'
import { isTypo } from '../../remedy/spelling.ts'
import { lookAt } from '../remedies.ts'

/** A Service that sends to nobody: its selector fits no pod, or none of those that it fits is ready. */
export const serviceEndpoints: Analyser = {
  rules: ['service-no-endpoints'],
  needs: ['Service', 'EndpointSlice', 'Pod'],
  *find({ view }) {
    if (view.freshness('EndpointSlice').state === 'unknown') return
    const ready = readyEndpoints(view.all('EndpointSlice'))
    for (const service of view.all('Service')) {
      if (service.selector === null || service.type === 'ExternalName' || service.publishesNotReady) continue
      if (ready.has(`${service.namespace}/${service.name}`)) continue
      const finding = found(view, service, service.selector)
      if (finding) yield finding
    }
  },
}

function readyEndpoints(slices: Iterable<EndpointSlice>): ReadonlySet<string> {
  const ready = new Set<string>()
  for (const { namespace, service, endpoints } of slices) {
    if (endpoints.some(({ isReady }) => isReady)) ready.add(`${namespace}/${service}`)
  }
  return ready
}

function found(view: ClusterView, service: Service, selector: Texts): Finding | null {
  const pods = view.podsSelectedBy(service.namespace, selectorOfLabels(selector))
  const owners = uniqueOwners(pods.map((pod) => topOwner(view, pod)))
  const text = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
  if (pods.length > 0) {
    return made(service, text, `None of the ${pods.length} pods that it selects is ready.`, [], owners, [])
  }
  if (view.freshness('Pod').state === 'unknown') {
    return made(service, text, 'It has no ready endpoint; its pods were not read.', [], [], [])
  }
  const templates = templatesIn(view, service.namespace)
  const meant = templates.filter(({ template }) => fits(selector, template.labels))
  if (meant.length > 0) {
    const objects = meant.map(({ object }) => object)
    if (meant.some(({ replicas }) => replicas > 0)) {
      return made(service, text, 'The workload that it selects has no pods.', [], objects, [])
    }
    const blames = objects.map((object): Blame => ({
      object,
      because: `it is scaled to 0, and Service ${service.name} sends to it`,
      strength: 'direct',
      ...ofNoReplicas(view, object),
    }))
    return {
      ...made(service, text, 'The workload that it selects is scaled to 0.', blames, objects, []),
      severity: 'info',
    }
  }
  const near = nearest(selector, templates)
  if (!near)
    return made(
      service,
      text,
      `No pod has the labels ${text}.`,
      [],
      [],
      [absence(service, `no pod in ${service.namespace} matches ${text}`)],
    )
  const because = `its selector ${near.wanted} fits no pod; ${referenceText(near.object)} labels its pods ${near.given}`
  const title = `Let it select the pods of ${referenceText(near.object)}`
  const blame: Blame = {
    ...{ object: referenceTo(service), because, strength: 'direct' },
    evidence: [fieldQuote(service, `spec.selector[${near.key}]`, selector[near.key] ?? '')],
    remedies: [selectInstead(service, near.labels, title)],
  }
  const evidence = fieldQuote(near.object, 'spec.template.metadata.labels', near.given)
  return made(service, text, `No pod has the labels ${text}.`, [blame], [near.object], [evidence])
}

function made(
  service: Service,
  selector: string,
  summary: string,
  blames: readonly Blame[],
  involves: readonly Reference[],
  more: readonly Evidence[],
): Finding {
  const object = referenceTo(service)
  return {
    rule: 'service-no-endpoints',
    severity: 'critical',
    object,
    uid: service.uid,
    part: '',
    reason: 'NoReadyEndpoints',
    summary,
    evidence: [
      fieldQuote(service, 'spec.selector', selector),
      absence(service, 'no EndpointSlice has a ready endpoint'),
      ...more,
    ],
    remedies: [lookAt('See which pods it selects', `kubectl get pods -n ${service.namespace} -l ${selector}`)],
    blames,
    involves,
    since: null,
  }
}

const uniqueOwners = (owners: readonly Reference[]): readonly Reference[] => [
  ...new Map(owners.map((owner) => [referenceText(owner), owner])).values(),
]

interface Template {
  readonly object: Reference
  readonly template: PodTemplate
  readonly replicas: number
}

function templatesIn(view: ClusterView, namespace: string): readonly Template[] {
  return (['Deployment', 'StatefulSet', 'DaemonSet'] as const).flatMap((kind) =>
    [...view.inNamespace(kind, namespace)].map((object) => ({
      object: referenceTo(object),
      template: object.template,
      replicas: object.replicas,
    })),
  )
}

const fits = (selector: Texts, labels: Texts): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value)

/** The workload that was meant: all of its labels but one fit, or the one is spelt a little differently. */
function nearest(selector: Texts, templates: readonly Template[]) {
  const entries = Object.entries(selector)
  for (const { object, template } of templates) {
    const wrong = entries.filter(([key, value]) => template.labels[key] !== value)
    const [key = '', value = ''] = wrong[0] ?? []
    if (wrong.length !== 1) continue
    const given = template.labels[key]
    const isNear = entries.length > 1 ? given !== undefined : isTypo(value, given ?? '') || isTypo(value, object.name)
    const renamed = Object.entries(template.labels).find(([other, same]) => same === value && isTypo(key, other))
    if (!isNear && !renamed) continue
    const [shownKey, shownValue] = renamed ?? [key, given ?? '']
    const labels = shownKey === key ? { [key]: shownValue } : { [key]: null, [shownKey]: shownValue }
    return { object, key, labels, wanted: `${key}=${value}`, given: `${shownKey}=${shownValue}` }
  }
  return undefined
}
