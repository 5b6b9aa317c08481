import { conditionOf, referenceTo } from '@akashic/kubernetes'
import type { Remedy } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { isMissing } from '../known.ts'
import { fieldQuote } from '../quote.ts'
import { describe } from '../remedies.ts'

/** A part of the API that another server should serve, and does not. */
export const apiServices: Analyser = {
  rules: ['api-service-unavailable'],
  needs: ['APIService', 'Service'],
  *find({ view }) {
    for (const api of view.all('APIService')) {
      const available = conditionOf(api, 'Available')
      if (api.service === null || available?.status !== 'False') continue
      const object = referenceTo(api)
      const because = `nobody answers for it: ${available.message}`
      const service = { kind: 'Service', namespace: api.service.namespace, name: api.service.name }
      yield {
        ...{
          rule: 'api-service-unavailable',
          severity: 'critical',
          object,
          uid: api.uid,
          part: '',
          reason: available.reason,
        },
        summary: `It is not served: ${available.message}.`,
        evidence: [
          fieldQuote(api, 'status.conditions[Available]', `${available.reason}: ${available.message}`, available.since),
        ],
        remedies: [describe(object)],
        blames: isMissing(view, service)
          ? [
              {
                ...{ object, because, strength: 'direct' },
                evidence: [fieldQuote(api, 'spec.service.name', service.name)],
                remedies: [unregister(api.name)],
              },
            ]
          : [],
        involves: [service],
        since: available.since,
      }
    }
  },
}

const unregister = (name: string): Remedy => ({
  title: 'Install again what serves it, or take it out of the API where that is gone for good',
  command: `kubectl delete apiservice ${name}`,
  changes: 'the kinds that it should serve are known no longer; namespaces can be deleted again',
  undo: 'apply its manifest, or install again what serves it',
  isDestructive: true,
})
