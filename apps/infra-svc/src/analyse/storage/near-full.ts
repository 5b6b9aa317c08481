import { referenceTo } from '@akashic/kubernetes'
import type { VolumeUse } from '../../storage/volume-use.ts'
import type { Analyser } from '../analyser.ts'
import { fieldQuote } from '../quote.ts'
import { grow, whatIsOnIt } from '../../remedy/claim.ts'

const nearlyFull = 0.9
const asGoodAsFull = 0.97

/** Claims whose file system runs full, in bytes or in files. Without measurements of the kubelets it finds nothing, and
 *  that says nothing. */
export const nearFull: Analyser = {
  rules: ['claim-near-full'],
  needs: ['PersistentVolumeClaim'],
  *find({ view, volumeUse }) {
    if (volumeUse === undefined) return
    for (const claim of view.all('PersistentVolumeClaim')) {
      const use = volumeUse(claim.namespace, claim.name)
      const fullest = use && fullestOf(use)
      if (!use || !fullest || fullest.ratio < nearlyFull) continue
      const object = referenceTo(claim)
      const percent = Math.floor(fullest.ratio * 100)
      yield {
        ...{ rule: 'claim-near-full', object, uid: claim.uid, part: fullest.of },
        severity: fullest.ratio >= asGoodAsFull ? 'critical' : 'warning',
        reason: 'NearFull',
        summary: `${percent} % of its ${fullest.of} are used.`,
        evidence: [
          {
            ...fieldQuote(
              claim,
              `kubelet stats/summary ${fullest.of}`,
              `${fullest.used} of ${fullest.capacity}`,
              use.at,
            ),
            kind: 'metric',
          },
        ],
        remedies: [whatIsOnIt(claim), ...grow(claim, view.get('StorageClass', '', claim.storageClass ?? ''))],
        blames: [{ object, because: `${percent} % of its ${fullest.of} are used`, strength: 'direct' }],
        ...{ involves: [], since: null },
      }
    }
  },
}

function fullestOf({ capacity, used, inodes }: VolumeUse) {
  const measured = [{ of: 'bytes', capacity, used }, ...(inodes === null ? [] : [{ of: 'inodes', ...inodes }])].filter(
    (each) => each.capacity > 0,
  )
  return measured
    .map((each) => ({ ...each, ratio: each.used / each.capacity }))
    .toSorted((a, b) => b.ratio - a.ratio)[0]
}
