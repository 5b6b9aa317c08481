import { conditionOf, referenceTo } from '@akashic/kubernetes'
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
        remedies: [describe(object), describe(service)],
        blames: isMissing(view, service) ? [{ object, because, strength: 'direct' }] : [],
        involves: [service],
        since: available.since,
      }
    }
  },
}
