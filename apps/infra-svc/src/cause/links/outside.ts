import { isIP } from 'node:net'
import { canReach, reachesInternet, referenceText, type Pod } from '@akashic/kubernetes'
import type { LogFact } from '../../log/log-facts.ts'
import type { OpenCase } from '../case.ts'
import { blaming } from './blaming.ts'
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
  for (const policy of denies) {
    const because = `it does not let ${referenceText(pod)} out to ${fact.host} on TCP ${fact.port}`
    yield blaming('denied', pod, fact, policy, because, 'a log shows the call failing')
  }
}
