import { referenceText, type Service, type Texts } from '@akashic/kubernetes'
import type { Change } from '../../change/change.ts'
import type { Blame, Evidence } from '../../finding/finding.ts'
import { fieldQuote } from '../../analyse/quote.ts'
import { ofDeletedWorkload } from '../../remedy/address.ts'
import { labelsFrom, selectInstead } from '../../remedy/service.ts'
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
    const blame = blameIn(open, service, change)
    if (blame === null) continue
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
      to: {
        ...{ object: change.object, because: blame.because, strength: 'direct', corroboration: [] },
        ...{ evidence: [...(blame.evidence ?? []), evidence], remedies: blame.remedies ?? [] },
      },
    }
  }
}

type Reason = Pick<Blame, 'because' | 'evidence' | 'remedies'>

function blameIn({ view, now }: OpenCase, service: Service, { object, kind, fields, at }: Change): Reason | null {
  if (at < now - windowMs || object.namespace !== service.namespace) return null
  if (kind === 'routing' && referenceText(object) === referenceText(service)) {
    const selector = fields.find(({ path }) => path === 'spec.selector')
    if (!selector) return null
    const because = `its selector was changed (${selector.before ?? ''} -> ${selector.after ?? ''}), and it has no endpoint since`
    return { because, ...ofSelector(service, selector.before ?? '') }
  }
  if (kind !== 'deleted' || !workloads.has(object.kind) || view.find(object)) return null
  const isFor = object.name === service.name || Object.values(service.selector ?? {}).includes(object.name)
  if (!isFor) return null
  return { because: `it was deleted, and Service ${service.name} sends to it`, ...ofDeletedWorkload(object) }
}

/** @param before as a change tells a selector: `app=web,tier=front`. */
function ofSelector(service: Service, before: string): Pick<Blame, 'evidence' | 'remedies'> {
  const selector = service.selector ?? {}
  const labels: Texts = Object.fromEntries(
    before.split(',').flatMap((each) => {
      const [, key, value] = /^([^=]+)=(.*)$/.exec(each) ?? []
      return key === undefined || value === undefined ? [] : [[key, value] as const]
    }),
  )
  return {
    evidence: [fieldQuote(service, 'spec.selector', selector)],
    remedies:
      Object.keys(labels).length === 0
        ? []
        : [selectInstead(service, labelsFrom(selector, labels), `Let it select ${before} again`)],
  }
}
