import { aLook, aView, now } from '../../testing/a-look.ts'
import { statefulSetReferences } from './statefulset-references.ts'

const set = (spec = '') => `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec: { replicas: 2, serviceName: db, selector: {}, template: {}, volumeClaimTemplates: [{ metadata: { name: files }, spec: { storageClassName: fast } }] ${spec} }
---`
const service = (namespace = 'shop') => `
apiVersion: v1
kind: Service
metadata: { name: db, namespace: ${namespace} }
spec: { clusterIP: None }
---`
const storageClass =
  '\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: fast }\nprovisioner: example\n---'
const volume =
  '\napiVersion: v1\nkind: PersistentVolume\nmetadata: { name: disk-1 }\nspec: { storageClassName: fast }\n---'
const find = (manifests: string) => [...statefulSetReferences.find(aLook(manifests))]

describe('what a StatefulSet names', () => {
  test('its Service does not exist, and one of another namespace is another', () => {
    for (const manifests of [set() + storageClass, set() + storageClass + service('other')]) {
      expect(find(manifests)).toMatchObject([
        {
          rule: 'statefulset-service-missing',
          severity: 'warning',
          evidence: [
            { where: 'spec.serviceName', quote: 'db' },
            { kind: 'absence', object: { kind: 'Service' } },
          ],
          blames: [{ object: { kind: 'Service', namespace: 'shop', name: 'db' }, strength: 'direct' }],
        },
      ])
    }
  })

  test('its storage class does not exist', () => {
    expect(find(set() + service())).toMatchObject([
      {
        rule: 'statefulset-class-missing',
        part: 'files',
        evidence: [{ quote: 'fast' }, { kind: 'absence', object: { kind: 'StorageClass', name: 'fast' } }],
        blames: [{ object: { kind: 'StatefulSet', name: 'db' } }],
        remedies: [{ changes: 'nothing' }, { isDestructive: true }],
      },
    ])
  })

  test('all of it is there, or volumes made by hand carry the name of the class', () => {
    expect(find(set() + service() + storageClass)).toEqual([])
    expect(find(set() + service() + volume)).toEqual([])
  })

  test('nothing is said of kinds that may not be read', () => {
    const view = aView(set())
    const reason = 'not allowed: list services'
    view.setFreshness('Service', { state: 'unknown', reason, missingPermission: 'list services' })
    view.setFreshness('StorageClass', { state: 'unknown', reason, missingPermission: 'list storageclasses' })
    expect([...statefulSetReferences.find({ view, now, logs: () => [] })]).toEqual([])
  })
})
