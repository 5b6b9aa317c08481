import { referenceText, type Service } from '@akashic/kubernetes'
import type { Change } from '../../change/change.ts'
import type { Evidence } from '../../finding/finding.ts'
import type { OpenCase } from '../case.ts'
import { windowMs } from './changed.ts'
import type { LinkRule } from './link.ts'

const workloads = new Set(['Deployment', 'StatefulSet', 'DaemonSet'])

/** A Service has nobody behind it since its selector was changed, or since the workload was deleted that it is for. */
export const rerouted: LinkRule = function* (open, finding) {
  if (finding.rule !== 'service-no-endpoints' || finding.involves.length > 0) return
  const service = open.view.get('Service', finding.object.namespace, finding.object.name)
  if (!service) return
  for (const change of open.changes) {
    const because = reasonIn(open, service, change)
    if (because === null) continue
    const evidence: Evidence = {
      kind: 'change',
      object: change.object,
      where: '',
      quote: change.summary,
      at: change.at,
    }
    yield {
      rule: 'rerouted',
      says: 'nobody is behind it since',
      to: { object: change.object, because, strength: 'direct', evidence: [evidence], corroboration: [] },
    }
  }
}

function reasonIn({ view, now }: OpenCase, service: Service, { object, kind, fields, at }: Change): string | null {
  if (at < now - windowMs || object.namespace !== service.namespace) return null
  if (kind === 'routing' && referenceText(object) === referenceText(service)) {
    const selector = fields.find(({ path }) => path === 'spec.selector')
    return selector
      ? `its selector was changed (${selector.before ?? ''} -> ${selector.after ?? ''}), and it has no endpoint since`
      : null
  }
  if (kind !== 'deleted' || !workloads.has(object.kind) || view.find(object)) return null
  const isFor = object.name === service.name || Object.values(service.selector ?? {}).includes(object.name)
  return isFor ? `it was deleted, and Service ${service.name} sends to it` : null
}
