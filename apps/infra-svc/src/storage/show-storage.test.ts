import { aView, ago, now } from '../testing/a-look.ts'
import { showStorage } from './show-storage.ts'

const cluster = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: lazy, annotations: { storageclass.kubernetes.io/is-default-class: 'true' } }
provisioner: example.com/disk
volumeBindingMode: WaitForFirstConsumer
allowVolumeExpansion: true
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: files, namespace: shop }
spec: { storageClassName: lazy, volumeName: disk-1, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
status: { phase: Bound, capacity: { storage: 2Gi } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: later, namespace: shop }
spec: { resources: { requests: { storage: 1Gi } } }
status: { phase: Pending }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: lost-cause, namespace: lab }
spec: { storageClassName: fast, resources: { requests: { storage: 5Gi } } }
status: { phase: Pending }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: disk-1 }
spec: { storageClassName: lazy, persistentVolumeReclaimPolicy: Delete, capacity: { storage: 2Gi }, claimRef: { namespace: shop, name: files } }
status: { phase: Bound }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: disk-2 }
spec: { storageClassName: lazy, persistentVolumeReclaimPolicy: Retain, capacity: { storage: 9Gi }, claimRef: { namespace: shop, name: gone } }
status: { phase: Released, lastPhaseTransitionTime: '${ago(9_000)}' }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec: { selector: {}, template: {} }
---
apiVersion: v1
kind: Pod
metadata: { name: db-0, namespace: shop, ownerReferences: [{ kind: StatefulSet, name: db, uid: StatefulSet-db, controller: true }] }
spec: { nodeName: worker-1, containers: [], volumes: [{ name: files, persistentVolumeClaim: { claimName: files } }] }
status: { phase: Running }
`
const summaryWith = (usedBytes: number) => async () => ({
  pods: [{ volume: [{ pvcRef: { name: 'files', namespace: 'shop' }, capacityBytes: 100, usedBytes }] }],
})
const show = (get: () => Promise<unknown> = summaryWith(40), namespace = '', view = aView(cluster)) =>
  showStorage({ view, client: { get }, now }, namespace)

describe('the storage of a cluster', () => {
  test('is told with who uses it, how full it is, and why a claim waits: worst first', async () => {
    const { claims, status, claimCount } = await show()
    expect([status, claimCount]).toEqual(['warning', 3])
    expect(claims).toMatchObject([
      {
        ...{ namespace: 'lab', name: 'lost-cause', status: 'warning', phase: 'Pending', size: '5Gi', use: null },
        says: expect.stringContaining('names the storage class fast, which does not exist'),
      },
      { name: 'later', status: 'info', storageClass: null, says: 'It waits for its first pod, as class lazy says.' },
      {
        ...{ name: 'files', status: 'healthy', size: '2Gi', volume: 'disk-1', says: '' },
        usedBy: [{ kind: 'StatefulSet', namespace: 'shop', name: 'db' }],
        use: { used: 40, capacity: 100, ratio: 0.4 },
      },
    ])
  })

  test('has classes with how they bind, and volumes with what becomes of them', async () => {
    const { classes, volumes } = await show()
    expect(classes).toEqual([
      {
        ...{ name: 'lazy', isDefault: true, provisioner: 'example.com/disk', reclaimPolicy: 'Delete' },
        ...{ bindingMode: 'WaitForFirstConsumer', isExpandable: true },
      },
    ])
    expect(volumes).toMatchObject([
      { name: 'disk-2', status: 'info', phase: 'Released', says: expect.stringContaining('claim shop/gone is gone') },
      { name: 'disk-1', status: 'healthy', claim: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'files' } },
    ])
  })

  test('has its findings joined, among them the claim that runs full', async () => {
    const { findings, status } = await show(summaryWith(98))
    expect(status).toBe('critical')
    expect(findings.map(({ rule }) => rule)).toEqual(['claim-near-full', 'claim-pending', 'volume-released'])
  })

  test('is of one namespace where one is named', async () => {
    const { claims, volumes, findings } = await show(undefined, 'shop')
    expect([claims.length, volumes.length, findings.length]).toEqual([2, 2, 0])
    await expect(show(undefined, 'Shop')).rejects.toMatchObject({ code: 'invalid_argument' })
    await expect(show(undefined, 'nowhere')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('says what it could not see: a kubelet that is away, and kinds that may not be read', async () => {
    const view = aView(cluster)
    view.setFreshness('PersistentVolume', {
      ...{ state: 'unknown', reason: 'not allowed: list persistentvolumes' },
      missingPermission: 'list persistentvolumes',
    })
    const { unknown, claims } = await show(() => Promise.reject(new Error('away')), '', view)
    expect(unknown).toEqual([
      { what: 'PersistentVolume objects', reason: 'not allowed: list persistentvolumes' },
      { what: 'how full claims on worker-1 are', reason: 'its answer cannot be read' },
    ])
    expect(claims.find(({ name }) => name === 'files')!.use).toBeNull()
  })
})
