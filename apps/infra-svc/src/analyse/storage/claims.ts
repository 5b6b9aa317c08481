import {
  referenceTo,
  type ClusterView,
  type PersistentVolumeClaim,
  type Pod,
  type StorageClass,
} from '@akashic/kubernetes'
import type { Blame, Finding } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { eventsWith } from '../events.ts'
import { absence, eventQuote, fieldAbsence, fieldQuote } from '../quote.ts'
import { classFor, ofClass, restore } from '../../remedy/claim.ts'
import { describe } from '../remedies.ts'

const patienceMs = 10_000

/** Claims that get no volume, or have lost theirs. One that waits for its first pod, as its class says, is well. */
export const claims: Analyser = {
  rules: ['claim-pending', 'claim-lost', 'volume-failed'],
  needs: ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass'],
  *find({ view, now }) {
    const mounted = mountedClaims(view)
    for (const claim of view.all('PersistentVolumeClaim')) {
      if (claim.phase === 'Lost') yield lost(claim)
      const isNew = claim.createdAt !== null && now - claim.createdAt < patienceMs
      if (claim.phase !== 'Pending' || claim.deletedAt !== null) continue
      const finding = pending(view, claim, mounted.get(`${claim.namespace}/${claim.name}`), isNew)
      if (finding) yield finding
    }
    for (const volume of view.all('PersistentVolume')) {
      if (volume.phase !== 'Failed') continue
      const object = referenceTo(volume)
      yield {
        ...{
          rule: 'volume-failed',
          severity: 'warning',
          object,
          uid: volume.uid,
          part: '',
          reason: volume.reason || 'Failed',
        },
        summary: `It failed: ${volume.message || 'the cluster does not say why'}.`,
        evidence: [fieldQuote(volume, 'status.phase', `Failed ${volume.message}`)],
        ...{ remedies: [describe(object)], blames: [], involves: [], since: null },
      }
    }
  },
}

/** The pods that mount each claim; looked for only while a claim waits. */
function mountedClaims(view: ClusterView): ReadonlyMap<string, Pod> {
  const mounted = new Map<string, Pod>()
  if (![...view.all('PersistentVolumeClaim')].some(({ phase }) => phase === 'Pending')) return mounted
  for (const pod of view.all('Pod')) {
    for (const { claim } of pod.spec.volumes) if (claim !== null) mounted.set(`${pod.namespace}/${claim}`, pod)
  }
  return mounted
}

function lost(claim: PersistentVolumeClaim): Finding {
  const object = referenceTo(claim)
  return {
    ...{ rule: 'claim-lost', severity: 'critical', object, uid: claim.uid, part: '', reason: 'Lost' },
    summary: `Its volume ${claim.volume} is gone.`,
    evidence: [
      fieldQuote(claim, 'status.phase', 'Lost'),
      absence({ kind: 'PersistentVolume', namespace: '', name: claim.volume }, 'it does not exist'),
    ],
    ...{ remedies: [describe(object)], involves: [], since: null },
    blames: [
      {
        ...{ object, because: `the volume ${claim.volume} that it was bound to is gone`, strength: 'direct' },
        remedies: [restore(claim)],
      },
    ],
  }
}

function pending(
  view: ClusterView,
  claim: PersistentVolumeClaim,
  pod: Pod | undefined,
  isNew: boolean,
): Finding | null {
  const classes = [...view.all('StorageClass')]
  const name = claim.storageClass
  const used = name === null ? classes.find(({ isDefault }) => isDefault) : classes.find((each) => each.name === name)
  const areKnown = view.freshness('StorageClass').state !== 'unknown'
  const because = areKnown ? problemOf(claim, used) : null
  // What a class that was not read does may not be told.
  const mayWait = used ? used.bindsOnFirstUse : !areKnown
  const [event] = eventsWith(view, claim, ['ProvisioningFailed', 'FailedBinding'])
  if (because === null && (isNew || (mayWait && pod === undefined))) return null
  if (because === null && mayWait && pod?.nodeName === '' && !event) return null
  const object = referenceTo(claim)
  const blame: Blame[] =
    because === null
      ? event?.reason === 'ProvisioningFailed'
        ? [{ object, because: `no volume can be made for it: ${event.message}`, strength: 'direct', ...ofClass(claim) }]
        : []
      : [{ object, because, strength: 'direct', remedies: classFor(claim, classes) }]
  return {
    ...{
      rule: 'claim-pending',
      severity: pod ? 'critical' : 'warning',
      object,
      uid: claim.uid,
      part: '',
      reason: event?.reason ?? 'Pending',
    },
    summary: `It has no volume: ${because ?? event?.message ?? 'none was found or made'}.`,
    evidence: [
      name === null
        ? fieldAbsence(claim, 'spec.storageClassName')
        : fieldQuote(claim, 'spec.storageClassName', name === '' ? "''" : name),
      ...(event ? [eventQuote(event)] : []),
    ],
    ...{ remedies: [describe(object)], blames: blame, involves: [], since: claim.createdAt },
  }
}

/** What the claim itself asks for that is not there. */
function problemOf({ storageClass, volume }: PersistentVolumeClaim, used: StorageClass | undefined): string | null {
  if (used || volume !== '') return null
  if (storageClass === null) return 'it names no storage class, and the cluster has no default'
  return storageClass === '' ? null : `it names the storage class ${storageClass}, which does not exist`
}
