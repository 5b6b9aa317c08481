import { trimConditions, trimMeta, type Condition, type Meta } from './meta.ts'
import { at, isAt, listAt, mapAt, textAt, textsAt, timeAt, type Raw, type Texts } from './raw.ts'

export interface PersistentVolumeClaim extends Meta {
  readonly kind: 'PersistentVolumeClaim'
  readonly phase: string
  /** null: the default class was asked for; '': none. */
  readonly storageClass: string | null
  readonly volume: string
  readonly accessModes: readonly string[]
  readonly requests: Texts
  readonly capacity: Texts
  readonly conditions: readonly Condition[]
}

export interface PersistentVolume extends Meta {
  readonly kind: 'PersistentVolume'
  readonly phase: string
  /** When it came to its phase, ms since 1970; null before Kubernetes 1.31. */
  readonly phaseSince: number | null
  readonly reason: string
  readonly message: string
  readonly storageClass: string
  /** `Retain`, `Delete` or `Recycle`: what becomes of it when its claim is gone. */
  readonly reclaimPolicy: string
  readonly accessModes: readonly string[]
  readonly claim: { readonly namespace: string; readonly name: string } | null
  readonly capacity: Texts
  /** Terms of which one must hold for a node; each a list of requirements on its labels. */
  readonly nodeTerms: readonly (readonly {
    readonly key: string
    readonly operator: string
    readonly values: readonly string[]
  }[])[]
}

export interface StorageClass extends Meta {
  readonly kind: 'StorageClass'
  readonly provisioner: string
  readonly bindsOnFirstUse: boolean
  readonly isDefault: boolean
  readonly isExpandable: boolean
  /** `Delete` unless it says otherwise. */
  readonly reclaimPolicy: string
}

export function trimPersistentVolumeClaim(raw: Raw): PersistentVolumeClaim {
  const storageClass = at(raw, 'spec', 'storageClassName')
  return {
    kind: 'PersistentVolumeClaim',
    ...trimMeta(raw),
    phase: textAt(raw, 'status', 'phase') || 'Pending',
    storageClass: typeof storageClass === 'string' ? storageClass : null,
    volume: textAt(raw, 'spec', 'volumeName'),
    accessModes: textsAt(raw, 'spec', 'accessModes'),
    requests: mapAt(raw, 'spec', 'resources', 'requests'),
    capacity: mapAt(raw, 'status', 'capacity'),
    conditions: trimConditions(raw),
  }
}

export function trimPersistentVolume(raw: Raw): PersistentVolume {
  const claim = textAt(raw, 'spec', 'claimRef', 'name')
  return {
    kind: 'PersistentVolume',
    ...trimMeta(raw),
    phase: textAt(raw, 'status', 'phase'),
    phaseSince: timeAt(raw, 'status', 'lastPhaseTransitionTime'),
    reason: textAt(raw, 'status', 'reason'),
    message: textAt(raw, 'status', 'message'),
    storageClass: textAt(raw, 'spec', 'storageClassName'),
    reclaimPolicy: textAt(raw, 'spec', 'persistentVolumeReclaimPolicy') || 'Retain',
    accessModes: textsAt(raw, 'spec', 'accessModes'),
    claim: claim === '' ? null : { namespace: textAt(raw, 'spec', 'claimRef', 'namespace'), name: claim },
    capacity: mapAt(raw, 'spec', 'capacity'),
    nodeTerms: listAt(raw, 'spec', 'nodeAffinity', 'required', 'nodeSelectorTerms').map((term) =>
      listAt(term, 'matchExpressions').map((expression) => ({
        key: textAt(expression, 'key'),
        operator: textAt(expression, 'operator'),
        values: textsAt(expression, 'values'),
      })),
    ),
  }
}

export function trimStorageClass(raw: Raw): StorageClass {
  return {
    kind: 'StorageClass',
    ...trimMeta(raw),
    provisioner: textAt(raw, 'provisioner'),
    bindsOnFirstUse: textAt(raw, 'volumeBindingMode') === 'WaitForFirstConsumer',
    isDefault: textAt(raw, 'metadata', 'annotations', 'storageclass.kubernetes.io/is-default-class') === 'true',
    isExpandable: isAt(raw, 'allowVolumeExpansion'),
    reclaimPolicy: textAt(raw, 'reclaimPolicy') || 'Delete',
  }
}
