import { referenceText, referenceTo, type Pod, type Reference, type Service } from '@akashic/kubernetes'
import { topOwner } from '../../analyse/owner.ts'
import { selectorOfLabels } from '@akashic/kubernetes'
import type { GroupedFinding } from '../../finding/group-findings.ts'
import type { LogFact } from '../../log/log-facts.ts'
import type { OpenCase } from '../case.ts'
import { templateQuote } from '../../analyse/template-quote.ts'
import { patchTemplate } from '../../remedy/template.ts'
import { blaming } from './blaming.ts'
import { asksNode, isClusterName, serviceNamed, standsFor } from '../settings.ts'
import { canExplain, type Link, type LinkRule } from './link.ts'
import { deniedBy } from './denied-by.ts'
import { noSuchService, wrongAddress } from './misaddressed.ts'
import { outside } from './outside.ts'

const calls = new Set<LogFact['kind']>([
  'connection_refused',
  'connection_timeout',
  'upstream_error',
  'dns_failure',
  'waiting',
])

/** What a process says in its log that it cannot reach: the findings behind that name, the policy in between, or the
 *  setting that names what does not exist. */
export const depends: LinkRule = function* (open, finding) {
  const seen = new Set<string>()
  for (const { pod, fact } of open.factsOf(finding)) {
    if (!calls.has(fact.kind) || fact.host === null || seen.has(`${fact.kind} ${fact.host}`)) continue
    seen.add(`${fact.kind} ${fact.host}`)
    const service = serviceNamed(open.view, pod.namespace, fact.host)
    if (service && fact.kind === 'dns_failure' && asksNode(pod)) yield atNode(open, pod, fact, service)
    else if (service) yield* throughService(open, finding, pod, fact, standsFor(open.view, service))
    else if (isClusterName(open.view, fact.host)) yield* noSuchService(open, finding, pod, fact, fact.host)
    else yield* outside(open, pod, fact)
  }
}

function atNode({ view }: OpenCase, pod: Pod, fact: LogFact, { name }: Service): Link {
  const why = pod.spec.isHostNetwork ? 'hostNetwork without dnsPolicy ClusterFirstWithHostNet' : 'dnsPolicy Default'
  const because = `its pods ask the name servers of their node (${why}), which do not know Service ${name}`
  const owner = topOwner(view, pod)
  return blaming('asks-node', pod, fact, {
    ...{ object: owner, because, corroboration: ['a log shows the name failing'] },
    evidence: templateQuote(view, owner, 'dnsPolicy', ({ dnsPolicy }) => dnsPolicy),
    remedies: patchTemplate(
      view,
      owner,
      { dnsPolicy: pod.spec.isHostNetwork ? 'ClusterFirstWithHostNet' : 'ClusterFirst' },
      { title: 'Let its pods ask the name servers of the cluster', changes: 'whom its pods ask for names' },
    ),
  })
}

function* throughService(
  open: OpenCase,
  finding: GroupedFinding,
  pod: Pod,
  fact: LogFact,
  service: Service,
): Iterable<Link> {
  const says = `its log says "${fact.line.slice(0, 160)}"`
  let isExplained = false
  for (const object of [referenceTo(service), ...workloadsBehind(open, service)]) {
    for (const other of open.findingsOn(object)) {
      if (other.id === finding.id || !canExplain(other)) continue
      isExplained ||= other.severity !== 'warning'
      yield { rule: 'depends', says, to: other }
    }
  }
  if (isExplained) return
  const denial = deniedBy(open.view, pod, service, fact.port)
  for (const denied of denial) {
    yield blaming('denied', pod, fact, { ...denied, corroboration: ['a log shows the call failing'] })
  }
  if (denial.length === 0) yield* wrongAddress(open, finding, pod, fact, service)
}

/** The workloads whose pods a Service sends to. */
export function workloadsBehind({ view }: OpenCase, service: Service): readonly Reference[] {
  if (service.selector === null) return []
  const pods = view.podsSelectedBy(service.namespace, selectorOfLabels(service.selector))
  const owners = pods.map((pod) => topOwner(view, pod))
  return [...new Map(owners.map((owner) => [referenceText(owner), owner])).values()]
}
