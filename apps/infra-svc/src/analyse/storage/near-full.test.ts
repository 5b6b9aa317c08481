import { aLook } from '../../testing/a-look.ts'
import type { VolumeUse } from '../../storage/volume-use.ts'
import { nearFull } from './near-full.ts'

const manifests = (isExpandable: boolean) => `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: fast }
provisioner: example
allowVolumeExpansion: ${isExpandable}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: files, namespace: shop }
spec: { storageClassName: fast, resources: { requests: { storage: 100Gi } } }
status: { phase: Bound, capacity: { storage: 100 } }
`
const use = (used: number, inodesUsed: number | null = null): VolumeUse => ({
  ...{ capacity: 100, used, at: null },
  inodes: inodesUsed === null ? null : { capacity: 1_000, used: inodesUsed },
})
const find = (measured: VolumeUse | undefined, isExpandable = true) => [
  ...nearFull.find({
    ...aLook(manifests(isExpandable)),
    volumeUse: (_, claim) => (claim === 'files' ? measured : undefined),
  }),
]

describe('a claim', () => {
  test('that runs full is a warning, and critical when nothing is left to speak of', () => {
    expect(find(use(92))).toMatchObject([
      {
        rule: 'claim-near-full',
        severity: 'warning',
        summary: '92 % of its bytes are used.',
        evidence: [{ kind: 'metric', quote: '92 of 100' }],
        blames: [{ object: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'files' }, strength: 'direct' }],
      },
    ])
    expect(find(use(98))).toMatchObject([{ severity: 'critical' }])
  })

  test('runs out of files too', () => {
    expect(find(use(10, 990))).toMatchObject([{ part: 'inodes', evidence: [{ quote: '990 of 1000' }] }])
  })

  test('is grown only where its class allows it, which cannot be undone', () => {
    expect(find(use(92))[0]!.remedies).toMatchObject([
      { changes: 'nothing' },
      { command: expect.stringContaining('"storage":"150Gi"'), undo: expect.stringContaining('none') },
    ])
    expect(find(use(92), false)[0]!.remedies).toHaveLength(1)
  })

  test('with room left, or whose use was not measured, is no finding', () => {
    expect(find(use(60, 100))).toEqual([])
    expect(find(undefined)).toEqual([])
    expect([...nearFull.find(aLook(manifests(true)))]).toEqual([])
  })
})
