import { aLook, aView, now } from '../../testing/a-look.ts'
import { statefulSetClass } from './statefulset-class.ts'

const set = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec: { replicas: 2, selector: {}, template: {}, volumeClaimTemplates: [{ metadata: { name: files }, spec: { storageClassName: fast } }] }
---`
const claim = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: files-db-0, namespace: shop }
spec: { storageClassName: fast }
---`
const storageClass =
  '\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: fast }\nprovisioner: example\n---'
const volume =
  '\napiVersion: v1\nkind: PersistentVolume\nmetadata: { name: disk-1 }\nspec: { storageClassName: fast }\n---'
const find = (manifests: string) => [...statefulSetClass.find(aLook(manifests))]

describe('the storage class that a StatefulSet asks for', () => {
  test('does not exist, which keeps its claims waiting', () => {
    expect(find(set + claim)).toMatchObject([
      {
        rule: 'statefulset-class-missing',
        severity: 'warning',
        part: 'files',
        evidence: [{ quote: 'fast' }, { kind: 'absence', object: { kind: 'StorageClass', name: 'fast' } }],
        blames: [{ object: { kind: 'StatefulSet', name: 'db' }, strength: 'direct' }],
        involves: [{ kind: 'PersistentVolumeClaim', name: 'files-db-0' }],
        remedies: [{ changes: 'nothing' }, { isDestructive: true }],
      },
    ])
  })

  test('exists, or is only a name that volumes made by hand carry', () => {
    expect(find(set + storageClass)).toEqual([])
    expect(find(set + volume)).toEqual([])
  })

  test('is unknown where classes may not be read, and not missing', () => {
    const view = aView(set)
    view.setFreshness('StorageClass', {
      state: 'unknown',
      reason: 'not allowed',
      missingPermission: 'list storageclasses',
    })
    expect([...statefulSetClass.find({ view, now, logs: () => [] })]).toEqual([])
  })
})
