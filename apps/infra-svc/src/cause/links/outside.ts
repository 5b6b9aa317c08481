import { isIP } from 'node:net'
import { canReach, reachesInternet, referenceText, type NetworkPolicy, type Pod } from '@akashic/kubernetes'
import type { LogFact } from '../../log/log-facts.ts'
import type { OpenCase } from '../case.ts'
import { blaming } from './blaming.ts'
import { letThrough, policyQuotes } from '../../remedy/policy.ts'
import type { Link } from './link.ts'

/** Somebody outside the cluster does not answer, and the pod's policies let nothing out to him: those are the reason. */
export function* outside(open: OpenCase, pod: Pod, fact: LogFact): Iterable<Link> {
  if (fact.kind !== 'connection_timeout' || fact.host === null || fact.port === null) return
  const from = { kind: 'Pod' as const, namespace: pod.namespace, name: pod.name }
  const traffic = { port: fact.port, protocol: 'TCP' } as const
  const { verdict, denies } =
    isIP(fact.host) === 0
      ? reachesInternet(open.view, pod, traffic)
      : canReach(open.view, { from, to: { ip: fact.host }, ...traffic })
  if (verdict !== 'denied') return
  for (const object of denies) {
    const because = `it does not let ${referenceText(pod)} out to ${fact.host} on TCP ${fact.port}`
    const policy = open.view.get('NetworkPolicy', object.namespace, object.name)
    const own = policy && ofWall(policy, fact.host, fact.port)
    yield blaming('denied', pod, fact, { object, because, ...own, corroboration: ['a log shows the call failing'] })
  }
}

/** Networks that are nobody's outside. Source: RFC 1918, 6598 and 3927. */
const inner = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16']

/** A name may lead to any address outside. */
function ofWall(policy: NetworkPolicy, host: string, port: number) {
  const family = isIP(host)
  const ipBlock = family === 0 ? { cidr: '0.0.0.0/0', except: inner } : { cidr: `${host}/${family === 4 ? 32 : 128}` }
  const rule = { peer: { ipBlock }, ports: [{ protocol: 'TCP', port }] }
  const whereTo = family === 0 ? 'addresses outside the cluster' : host
  return {
    evidence: policyQuotes(policy, 'egress'),
    remedies: [letThrough(policy, 'egress', rule, `Let its pods out to ${whereTo} on TCP ${port}`)],
  }
}
