import { aLook, ago } from '../../testing/a-look.ts'
import { imagePull } from './image-pull.ts'

const podWaiting = (reason: string, message: string, secrets = '') => `
apiVersion: v1
kind: Pod
metadata: { name: web-1, namespace: shop, ownerReferences: [{ kind: ReplicaSet, name: web, uid: ReplicaSet-web, controller: true }] }
spec:
  ${secrets}
  containers: [{ name: app, image: 'registry.example/web:1.0' }]
status:
  phase: Pending
  startTime: '${ago(60)}'
  containerStatuses:
  - { name: app, image: 'registry.example/web:1.0', ready: false, restartCount: 0, state: { waiting: { reason: ${reason}, message: '${message}' } } }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web, namespace: shop, ownerReferences: [{ kind: Deployment, name: web, uid: Deployment-web, controller: true }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
`

const find = (manifests: string) => [...imagePull.find(aLook(manifests))]

describe('an image that cannot be pulled', () => {
  test('blames the workload for a tag that the registry does not have', () => {
    const [finding] = find(
      podWaiting('ImagePullBackOff', 'failed to resolve reference: registry.example/web:1.0: not found'),
    )
    expect(finding).toMatchObject({
      rule: 'pod-image-pull',
      reason: 'ImagePullBackOff',
      blames: [{ object: { kind: 'Deployment', namespace: 'shop', name: 'web' }, strength: 'direct' }],
      // What it was judged by is quoted, whether or not an event is still there.
      evidence: [{ quote: 'ImagePullBackOff' }, { quote: expect.stringContaining(': not found') }, {}],
    })
  })

  test('blames a pull secret that is named and missing', () => {
    const [finding] = find(podWaiting('ErrImagePull', '401 Unauthorized', 'imagePullSecrets: [{ name: regcred }]'))
    expect(finding!.blames).toMatchObject([{ object: { kind: 'Secret', namespace: 'shop', name: 'regcred' } }])
  })

  test('blames the workload when it names no pull secret', () => {
    const [finding] = find(podWaiting('ErrImagePull', 'authorization failed: no basic auth credentials'))
    expect(finding!.blames).toMatchObject([{ object: { kind: 'Deployment', name: 'web' } }])
  })

  test('blames the registry when it is away, and nothing in the cluster', () => {
    const [finding] = find(podWaiting('ErrImagePull', 'dial tcp: lookup registry.example: no such host'))
    expect(finding!.blames).toMatchObject([{ object: { kind: 'Registry', name: 'registry.example' } }])
  })

  test('says nothing while an image is only being pulled', () => {
    expect(find(podWaiting('ContainerCreating', ''))).toEqual([])
  })
})
