import { ofMissingRight } from '../../remedy/right.ts'
import { blaming } from './blaming.ts'
import type { LinkRule } from './link.ts'

/** The API server refuses what a process asks of it: the service account that it runs as lacks the right. The refusal is
 *  what a log quotes, and a log may say anything: it counts only of the account of its own pod.
 *  Source: the wording of the API server's `forbidden`. */
export const rights: LinkRule = function* (open, finding) {
  for (const { pod, fact } of open.factsOf(finding)) {
    if (fact.kind !== 'forbidden' || fact.name !== `${pod.namespace}:${pod.spec.serviceAccount}`) continue
    const right = /cannot .+$/.exec(fact.line)?.[0] ?? 'lacks a right'
    const object = { kind: 'ServiceAccount', namespace: pod.namespace, name: pod.spec.serviceAccount }
    const because = `no role gives it the right, as its pod's log quotes the API server: it ${right.slice(0, 200)}`
    yield blaming('rights', pod, fact, { object, because, ...ofMissingRight(open.view, pod, object, fact.line) })
  }
}
