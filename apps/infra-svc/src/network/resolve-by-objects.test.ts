import { aView } from '../testing/a-look.ts'
import { resolveByObjects } from './resolve-by-objects.ts'

const service = (name: string, spec: string, namespace = 'shop') => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ${spec} }
---`
const slice = (name: string, endpoints: string) => `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}-1, namespace: shop, labels: { kubernetes.io/service-name: ${name} } }
endpoints: ${endpoints}
---`
const headless = service('db', 'clusterIP: None, selector: { app: db }')
const endpoints = slice(
  'db',
  `[{ addresses: [10.0.0.1], hostname: db-0, conditions: { ready: true } }, { addresses: [10.0.0.2], hostname: db-1, conditions: { ready: false } }]`,
)
const resolve = (manifests: string, name: string) => resolveByObjects(aView(manifests), name)

describe('what the objects say of a name', () => {
  test('a Service has its address, in its own namespace', () => {
    const web = service('web', 'clusterIP: 10.96.0.7')
    expect(resolve(web, 'web.shop.svc.cluster.local.')).toMatchObject({
      state: 'found',
      addresses: ['10.96.0.7'],
      object: { kind: 'Service', namespace: 'shop', name: 'web' },
    })
    expect(resolve(web, 'web.other.svc.cluster.local.')).toMatchObject({ state: 'absent' })
    expect(resolve(web, 'web.svc.cluster.local.')).toMatchObject({ state: 'absent' })
    expect(resolve(web, 'a.web.shop.svc.cluster.local.')).toMatchObject({ state: 'absent' })
  })

  test('a headless Service has its ready endpoints, and all of them where it publishes them', () => {
    expect(resolve(headless + endpoints, 'db.shop.svc.cluster.local.').addresses).toEqual(['10.0.0.1'])
    const all = service('db', 'clusterIP: None, selector: { app: db }, publishNotReadyAddresses: true')
    expect(resolve(all + endpoints, 'db.shop.svc.cluster.local.').addresses).toEqual(['10.0.0.1', '10.0.0.2'])
    expect(resolve(headless, 'db.shop.svc.cluster.local.')).toMatchObject({
      state: 'empty',
      says: expect.stringContaining('it selects no pod'),
    })
  })

  test('a pod of a StatefulSet has a name while it is ready, and an endpoint one by its address', () => {
    expect(resolve(headless + endpoints, 'db-0.db.shop.svc.cluster.local.').addresses).toEqual(['10.0.0.1'])
    expect(resolve(headless + endpoints, '10-0-0-1.db.shop.svc.cluster.local.').addresses).toEqual(['10.0.0.1'])
    expect(resolve(headless + endpoints, 'db-1.db.shop.svc.cluster.local.').state).toBe('empty')
    expect(resolve(headless + endpoints, 'db-7.db.shop.svc.cluster.local.').state).toBe('absent')
  })

  test('an ExternalName is what it stands for, without end in a circle', () => {
    const alias = service('api', 'type: ExternalName, externalName: api.example.com')
    expect(resolve(alias, 'api.shop.svc.cluster.local.')).toMatchObject({
      state: 'outside',
      aliasOf: 'api.example.com',
    })
    const inside = service('api', 'type: ExternalName, externalName: web.shop.svc.cluster.local')
    expect(resolve(inside + service('web', 'clusterIP: 10.96.0.7'), 'api.shop.svc.cluster.local.')).toMatchObject({
      state: 'found',
      addresses: ['10.96.0.7'],
    })
    const circle = service('api', 'type: ExternalName, externalName: api.shop.svc.cluster.local')
    expect(resolve(circle, 'api.shop.svc.cluster.local.').state).toBe('empty')
  })

  test('the name of a pod is its address, and other names are not of the cluster', () => {
    expect(resolve('', '10-0-0-9.shop.pod.cluster.local.').addresses).toEqual(['10.0.0.9'])
    expect(resolve('', 'example.com.').state).toBe('outside')
    expect(resolve('', 'notcluster.local.').state).toBe('outside')
    expect(resolve('', 'cluster.local.').state).toBe('absent')
  })

  test('what may not be read is unknown, and not absent', () => {
    const view = aView('')
    const reason = 'not allowed: list services'
    view.setFreshness('Service', { state: 'unknown', reason, missingPermission: 'list services' })
    expect(resolveByObjects(view, 'web.shop.svc.cluster.local.')).toMatchObject({
      state: 'unknown',
      says: expect.stringContaining(reason),
    })
  })
})
