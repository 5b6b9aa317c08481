import { referenceTo } from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { absence, fieldQuote } from '../quote.ts'
import { describe } from '../remedies.ts'

/** A StatefulSet whose pods get no names of their own, as the Service that governs it is not there. */
export const statefulSetService: Analyser = {
  rules: ['statefulset-service-missing'],
  needs: ['StatefulSet', 'Service'],
  *find({ view }) {
    if (view.freshness('Service').state !== 'fresh') return
    for (const set of view.all('StatefulSet')) {
      const { namespace, service } = set
      if (set.deletedAt !== null || set.replicas === 0) continue
      if (service === '' || view.get('Service', namespace, service)) continue
      const [object, missing] = [referenceTo(set), { kind: 'Service', namespace, name: service }]
      yield {
        ...{ rule: 'statefulset-service-missing', severity: 'warning', object, uid: set.uid, part: '' },
        reason: 'ServiceMissing',
        summary: `Its pods have no names of their own: Service ${service}, which governs it, does not exist.`,
        evidence: [fieldQuote(set, 'spec.serviceName', service), absence(missing, 'it does not exist')],
        remedies: [
          describe(object),
          {
            title: `Make the headless Service ${service}, with the labels of its pods as selector`,
            command: `kubectl create service clusterip -n ${namespace} ${service} --clusterip=None`,
            changes: 'the pods can be found by name once its selector and ports are set',
            undo: `kubectl delete service -n ${namespace} ${service}`,
            isDestructive: false,
          },
        ],
        blames: [
          {
            object: missing,
            because: `it does not exist, and StatefulSet ${set.name} is governed by it`,
            strength: 'direct',
          },
        ],
        ...{ involves: [], since: null },
      }
    }
  },
}
