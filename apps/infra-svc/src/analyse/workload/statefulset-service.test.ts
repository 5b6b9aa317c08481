import { aLook, aView, now } from '../../testing/a-look.ts'
import { statefulSetService } from './statefulset-service.ts'

const set = (spec = 'replicas: 2') => `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec: { serviceName: db, selector: {}, template: {}, ${spec} }
---`
const service = (namespace = 'shop') => `
apiVersion: v1
kind: Service
metadata: { name: db, namespace: ${namespace} }
spec: { clusterIP: None }
---`
const find = (manifests: string) => [...statefulSetService.find(aLook(manifests))]

describe('the Service that governs a StatefulSet', () => {
  test('does not exist, and one of another namespace is another', () => {
    for (const manifests of [set(), set() + service('other')]) {
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

  test('is there, or is of no use to a set without pods', () => {
    expect(find(set() + service())).toEqual([])
    expect(find(set('replicas: 0'))).toEqual([])
  })

  test('is unknown where Services may not be read, and not missing', () => {
    const view = aView(set())
    view.setFreshness('Service', { state: 'unknown', reason: 'not allowed', missingPermission: 'list services' })
    expect([...statefulSetService.find({ view, now, logs: () => [] })]).toEqual([])
  })
})
