import { referenceTo } from '@akashic/kubernetes'
import type { Analyser } from '../analyser.ts'
import { eventsWith } from '../events.ts'
import { eventQuote, fieldQuote } from '../quote.ts'
import { describe } from '../remedies.ts'

/** A volume that is to be deleted with its claim may take this long. */
const patienceMs = 5 * 60_000

/** Volumes whose claim is gone: kept as they were told to, or not deleted although they were. */
export const releasedVolumes: Analyser = {
  rules: ['volume-released'],
  needs: ['PersistentVolume', 'Event'],
  *find({ view, now }) {
    for (const volume of view.all('PersistentVolume')) {
      if (volume.phase !== 'Released') continue
      const since = volume.phaseSince
      const isKept = volume.reclaimPolicy === 'Retain'
      if (!isKept && since !== null && now - since < patienceMs) continue
      const object = referenceTo(volume)
      const [failure] = eventsWith(view, volume, ['VolumeFailedDelete'])
      const claim = volume.claim === null ? 'its claim' : `claim ${volume.claim.namespace}/${volume.claim.name}`
      const size = volume.capacity['storage'] ?? 'unknown size'
      yield {
        ...{ rule: 'volume-released', object, uid: volume.uid, part: '', reason: failure?.reason ?? 'Released' },
        severity: isKept ? 'info' : 'warning',
        summary: isKept
          ? `It is kept with ${size} although ${claim} is gone, and no other claim gets it.`
          : `It should have been deleted when ${claim} was, and is still there${failure ? `: ${failure.message}` : ''}.`,
        evidence: [
          fieldQuote(volume, 'status.phase', 'Released', since),
          fieldQuote(volume, 'spec.persistentVolumeReclaimPolicy', volume.reclaimPolicy),
          ...(failure ? [eventQuote(failure)] : []),
        ],
        remedies: [
          describe(object),
          {
            title: 'If another claim is to have it with what is on it, let go of the old one',
            command: `kubectl patch pv ${volume.name} --type=json -p '[{"op":"remove","path":"/spec/claimRef"}]'`,
            changes: 'the volume can be bound by any claim that fits, which then sees and may overwrite what is on it',
            undo: 'until it is bound, put back the claimRef that `kubectl get pv -o yaml` shows now',
            isDestructive: false,
          },
        ],
        blames: isKept
          ? []
          : [
              {
                object,
                because: failure
                  ? `it cannot be deleted: ${failure.message}`
                  : 'it is not deleted although its claim is gone',
                strength: 'direct',
              },
            ],
        ...{ involves: [], since },
      }
    }
  },
}
