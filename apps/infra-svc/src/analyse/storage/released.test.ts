import { aLook, ago } from '../../testing/a-look.ts'
import { releasedVolumes } from './released.ts'

const volume = (policy: string, { phase = 'Released', seconds = 3_600 } = {}) => `
apiVersion: v1
kind: PersistentVolume
metadata: { name: disk-1 }
spec: { persistentVolumeReclaimPolicy: ${policy}, capacity: { storage: 10Gi }, claimRef: { namespace: shop, name: files } }
status: { phase: ${phase}, lastPhaseTransitionTime: '${ago(seconds)}' }
---`
const event = (uid: string) => `
apiVersion: v1
kind: Event
metadata: { name: disk-1.1, namespace: default }
reason: VolumeFailedDelete
message: 'disk is attached'
involvedObject: { kind: PersistentVolume, name: disk-1, uid: ${uid} }
---`
const find = (manifests: string) => [...releasedVolumes.find(aLook(manifests))]

describe('a volume whose claim is gone', () => {
  test('is kept where it was told to be kept, which is worth knowing', () => {
    expect(find(volume('Retain'))).toMatchObject([
      {
        rule: 'volume-released',
        severity: 'info',
        summary: 'It is kept with 10Gi although claim shop/files is gone, and no other claim gets it.',
        evidence: [{ quote: 'Released' }, { quote: 'Retain' }],
        remedies: [{ changes: 'nothing' }, { undo: expect.stringContaining('claimRef') }],
        blames: [],
      },
    ])
  })

  test('should have been deleted, with the reason by its own events alone', () => {
    expect(find(volume('Delete') + event('PersistentVolume-disk-1'))).toMatchObject([
      {
        severity: 'warning',
        reason: 'VolumeFailedDelete',
        blames: [{ because: 'it cannot be deleted: disk is attached' }],
      },
    ])
    expect(find(volume('Delete') + event('another'))).toMatchObject([{ severity: 'warning', reason: 'Released' }])
  })

  test('is being deleted, or has its claim', () => {
    expect(find(volume('Delete', { seconds: 20 }))).toEqual([])
    expect(find(volume('Retain', { phase: 'Bound' }))).toEqual([])
  })
})
