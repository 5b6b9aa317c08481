import { referenceText, selectorOfLabels } from '@akashic/kubernetes'
import { topOwner } from '../../analyse/owner.ts'
import type { LinkRule } from './link.ts'

/** A Service has no endpoint because of what is wrong with the workloads whose pods it selects. */
export const selected: LinkRule = function* (open, finding) {
  if (finding.object.kind !== 'Service') return
  const service = open.view.get('Service', finding.object.namespace, finding.object.name)
  if (!service?.selector) return
  const pods = open.view.podsSelectedBy(service.namespace, selectorOfLabels(service.selector))
  const owners = new Map(pods.map((pod) => topOwner(open.view, pod)).map((owner) => [referenceText(owner), owner]))
  for (const owner of owners.values()) {
    for (const other of open.findingsOn(owner)) {
      if (other.severity === 'info') continue
      yield { rule: 'selected', says: `it selects the pods of ${referenceText(owner)}`, to: other }
    }
  }
}
