import { ofMissingRight } from '../../remedy/right.ts'
import { blaming } from './blaming.ts'
import type { LinkRule } from './link.ts'

/** The API server refuses what a process asks of it: the service account that it runs as lacks the right.
 *  Source: the wording of the API server's `forbidden`. */
export const rights: LinkRule = function* (open, finding) {
  for (const { pod, fact } of open.factsOf(finding)) {
    if (fact.kind !== 'forbidden' || fact.name === null) continue
    const [namespace = '', name = ''] = fact.name.split(':')
    const right = /cannot .+$/.exec(fact.line)?.[0] ?? 'lacks a right'
    const object = { kind: 'ServiceAccount', namespace, name }
    const because = `no role gives it the right: it ${right.slice(0, 200)}`
    yield blaming('rights', pod, fact, { object, because, ...ofMissingRight(open.view, pod, object, fact.line) })
  }
}
