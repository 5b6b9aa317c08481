import { referenceTo, type ClusterView, type StatefulSet } from '@akashic/kubernetes'
import type { Finding } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { absence, fieldQuote } from '../quote.ts'
import { lookAt } from '../remedies.ts'

/** A StatefulSet whose pods get no volumes, as the class of its claims is not there. */
export const statefulSetClass: Analyser = {
  rules: ['statefulset-class-missing'],
  needs: ['StatefulSet', 'StorageClass', 'PersistentVolume'],
  *find({ view }) {
    if (view.freshness('StorageClass').state !== 'fresh' || view.freshness('PersistentVolume').state !== 'fresh') return
    for (const set of view.all('StatefulSet')) {
      if (set.deletedAt === null && set.replicas > 0) yield* withoutClass(view, set)
    }
  },
}

/** A class may be a mere name that volumes made by hand share: those are looked for first. */
function* withoutClass(view: ClusterView, set: StatefulSet): Iterable<Finding> {
  for (const { name, storageClass } of set.claims) {
    if (storageClass === null || view.get('StorageClass', '', storageClass)) continue
    if ([...view.all('PersistentVolume')].some((volume) => volume.storageClass === storageClass)) continue
    const [object, missing] = [referenceTo(set), { kind: 'StorageClass', namespace: '', name: storageClass }]
    const claims = [...view.inNamespace('PersistentVolumeClaim', set.namespace)].filter((claim) =>
      claim.name.startsWith(`${name}-${set.name}-`),
    )
    yield {
      ...{ rule: 'statefulset-class-missing', severity: 'warning', object, uid: set.uid, part: name },
      reason: 'StorageClassMissing',
      summary: `Its claims ${name} get no volume: there is no storage class ${storageClass}.`,
      evidence: [
        fieldQuote(set, `spec.volumeClaimTemplates[${name}].spec.storageClassName`, storageClass),
        absence(missing, 'it does not exist'),
      ],
      remedies: [
        lookAt('See which classes there are', 'kubectl get storageclass'),
        {
          title: 'Make it anew with a class that exists; the template of its claims cannot be changed in place',
          command: `kubectl delete statefulset -n ${set.namespace} ${set.name} --cascade=orphan`,
          changes: 'the StatefulSet goes and its pods and claims stay, until the corrected manifest is applied',
          undo: 'apply the manifest again',
          isDestructive: true,
        },
      ],
      blames: [
        {
          object,
          because: `it asks for the storage class ${storageClass}, which does not exist`,
          strength: 'direct',
        },
      ],
      ...{ involves: claims.map(referenceTo), since: set.createdAt },
    }
  }
}
