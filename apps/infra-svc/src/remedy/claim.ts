import {
  referenceTo,
  type ClusterView,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Reference,
  type StorageClass,
} from '@akashic/kubernetes'
import { fieldQuote } from '../analyse/quote.ts'
import { lookAt, target } from '../analyse/remedies.ts'
import type { Blame, Remedy } from '../finding/finding.ts'
import { patch, patchCommand } from './command.ts'

const isDefault = 'storageclass.kubernetes.io/is-default-class'

/** Give a claim that waits a class that there is. One that names none takes the default as soon as there is one; the class
 *  that another names cannot be changed. Source: "Retroactive default StorageClass assignment" in Kubernetes' documentation. */
export function classFor(claim: PersistentVolumeClaim, classes: readonly StorageClass[]): readonly Remedy[] {
  const look = lookAt('See which classes there are', 'kubectl get storageclasses')
  if (claim.storageClass !== null) return [look, makeAgain(claim)]
  const defaults = classes.slice(0, 3).map((each) =>
    patch(referenceTo(each), {
      title: `Make ${each.name} the default class: claims that name none take it`,
      changes: 'which class claims get that name none, here and in every namespace',
      to: { metadata: { annotations: { [isDefault]: 'true' } } },
      back: { metadata: { annotations: { [isDefault]: null } } },
    }),
  )
  return [look, ...defaults, makeAgain(claim)]
}

/** What a claim asked its class for, which that could not make. */
export const ofClass = (claim: PersistentVolumeClaim): Pick<Blame, 'evidence' | 'remedies'> => ({
  evidence: Object.entries(claim.requests).map(([resource, amount]) =>
    fieldQuote(claim, `spec.resources.requests[${resource}]`, amount),
  ),
  remedies: [
    lookAt('See what its class is made of', `kubectl describe storageclass ${claim.storageClass ?? ''}`.trim()),
    makeAgain(claim),
  ],
})

/** A claim whose volume is gone. */
export const restore = (claim: PersistentVolumeClaim): Remedy => ({
  title: 'Make a volume of the last copy that was restored with success, and a claim for it',
  command: null,
  changes: `what was on volume ${claim.volume} since that copy is lost`,
  undo: 'keep the claim until the new one has shown its worth',
  isDestructive: false,
})

/** It has no volume yet, and so nothing on it. */
const makeAgain = (claim: PersistentVolumeClaim): Remedy => ({
  title: 'Make it anew with a class that exists: it has no volume, and nothing is lost',
  command: `kubectl delete ${target(claim)}`,
  changes: 'the claim goes once no pod names it, until its corrected manifest is applied',
  undo: 'apply the manifest from before',
  isDestructive: true,
})

/** How large a claim is whose volume is full, and how to make it larger. */
export function ofFullClaim(view: ClusterView, object: Reference): Pick<Blame, 'evidence' | 'remedies'> {
  const claim = view.get('PersistentVolumeClaim', object.namespace, object.name)
  if (!claim) return {}
  const asked = claim.requests['storage']
  const larger = grow(claim, view.get('StorageClass', '', claim.storageClass ?? ''))
  return {
    evidence: asked === undefined ? [] : [fieldQuote(object, 'spec.resources.requests.storage', asked)],
    remedies: [
      whatIsOnIt(claim),
      ...(larger.length > 0
        ? larger
        : [
            {
              title: 'Make room on it, or move what is on it to a larger claim: its class does not let it grow',
              command: null,
              changes: 'what is on the volume, or on which volume it is',
              undo: 'go back to this claim, which is kept until the new one has shown its worth',
              isDestructive: false,
            },
          ]),
    ],
  }
}

/** Ask for a volume that is larger: half as much again.
 *  @param storageClass of the claim; only those that say so can grow. */
export function grow(claim: PersistentVolumeClaim, storageClass: StorageClass | undefined): readonly Remedy[] {
  const asked = /^(\d+)(\w*)$/.exec(claim.requests['storage'] ?? '')
  if (!storageClass?.isExpandable || !asked) return []
  const larger = `${Math.ceil(Number(asked[1]) * 1.5)}${asked[2] ?? ''}`
  return [
    {
      title: `Ask for ${larger}: its class lets claims grow`,
      command: `kubectl patch ${target(claim)} --type=merge -p '${JSON.stringify({ spec: { resources: { requests: { storage: larger } } } })}'`,
      changes: `spec.resources.requests.storage, ${claim.requests['storage'] ?? ''} now; the volume and its file system grow`,
      undo: 'none: a claim cannot be made smaller',
      isDestructive: false,
    },
  ]
}

/** See what is on a volume that runs full. */
export const whatIsOnIt = ({ namespace, name }: { readonly namespace: string; readonly name: string }): Remedy =>
  lookAt('See which pods use it, and look there what fills it', `kubectl describe pvc -n ${namespace} ${name}`)

/** A claim that is being deleted. It cannot be kept: what it holds is kept by its volume alone. */
export function ofEndingClaim(view: ClusterView, { namespace, name }: Reference): Pick<Blame, 'evidence' | 'remedies'> {
  const claim = view.get('PersistentVolumeClaim', namespace, name)
  if (!claim) return {}
  const since = claim.deletedAt === null ? '' : new Date(claim.deletedAt).toISOString().replace('.000', '')
  const volume = view.get('PersistentVolume', '', claim.volume)
  return {
    evidence: [fieldQuote(claim, 'metadata.deletionTimestamp', since, claim.deletedAt)],
    remedies: [
      ...(volume && volume.reclaimPolicy !== 'Retain' ? [keep(volume)] : []),
      {
        title:
          'Make the claim anew when it is gone; with its volumeName and a volume that is free, for what is on that',
        command: null,
        changes: 'the pods that wait for the claim can be placed',
        undo: 'delete the claim again',
        isDestructive: false,
      },
    ],
  }
}

function keep(volume: PersistentVolume): Remedy {
  const policy = (value: string): string =>
    patchCommand(referenceTo(volume), { spec: { persistentVolumeReclaimPolicy: value } })
  return {
    title: 'Keep what is on its volume, whatever becomes of the claim',
    command: policy('Retain'),
    changes: 'the volume is kept when its claim is gone',
    undo: policy(volume.reclaimPolicy),
    isDestructive: false,
  }
}
