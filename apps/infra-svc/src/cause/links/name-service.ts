import { selectorOfLabels, selects } from '@akashic/kubernetes'
import type { GroupedFinding } from '../../finding/group-findings.ts'
import type { LogFact } from '../../log/log-facts.ts'
import type { OpenCase } from '../case.ts'
import { asksNode, serviceNamed } from '../settings.ts'
import type { LinkRule } from './link.ts'

/** Names are not found although they exist: the cluster's DNS is down, or a policy keeps the pod from it. */
export const nameService: LinkRule = function* (open, finding) {
  const failure = open.factsOf(finding).find(({ pod, fact }) => !asksNode(pod) && isOfDns(open, pod.namespace, fact))
  if (!failure) return
  const says = `its log says "${failure.fact.line.slice(0, 160)}"`
  for (const other of open.findings) {
    if (other.id === finding.id) continue
    if (other.rule === 'dns-down' || (other.rule === 'policy-blocks-dns' && appliesTo(open, other, finding))) {
      yield { rule: 'name-service', says, to: other }
    }
  }
}

/** A name that resolves to nothing for good is a matter of the name, unless a Service has it. */
function isOfDns(open: OpenCase, namespace: string, { kind, host, line }: LogFact): boolean {
  if (kind !== 'dns_failure') return false
  const isLasting = /ENOTFOUND|NXDOMAIN|no such host|Name or service not known|UnknownHost/i.test(line)
  return !isLasting || host === null || serviceNamed(open.view, namespace, host) !== undefined
}

function appliesTo(open: OpenCase, { object }: GroupedFinding, finding: GroupedFinding): boolean {
  const policy = open.view.get('NetworkPolicy', object.namespace, object.name)
  if (!policy) return false
  return open
    .podsOf(finding)
    .some(
      ({ namespace, labels }) =>
        namespace === policy.namespace && selects(policy.podSelector ?? selectorOfLabels({}), labels),
    )
}
