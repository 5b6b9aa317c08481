import { referenceText } from '@akashic/kubernetes'
import { canExplain, type LinkRule } from './link.ts'

/** What a finding depends on by its own words: a claim, a node, a Service behind a route, a webhook. Findings there are
 *  its reason. */
export const involved: LinkRule = function* (open, finding) {
  for (const object of finding.involves) {
    for (const other of open.findingsOn(object)) {
      if (other.id === finding.id || !canExplain(other)) continue
      yield { rule: 'involved', says: `it depends on ${referenceText(object)}`, to: other }
    }
  }
}
