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

  const pull = (tag: string, why: string): string =>
    `failed to pull and unpack image "registry.example/web:${tag}": failed to resolve reference "registry.example/web:${tag}": ${why}`
  test.each<[string, string, string, string]>([
    ['ErrImagePull', '1.0', pull('1.0', 'registry.example/web:1.0: not found'), 'Deployment web'],
    ['ErrImagePull', '429', pull('429', 'registry.example/web:429: not found'), 'Deployment web'],
    ['ErrImagePull', '403', 'Head "https://registry.example/v2/web/manifests/403": EOF', 'Registry registry.example'],
    [
      'ErrImagePull',
      '1.0',
      pull(
        '1.0',
        'unexpected status from HEAD request to https://registry.example/v2/web/manifests/1.0: 401 Unauthorized',
      ),
      'Deployment web',
    ],
    [
      'ErrImagePull',
      '1.0',
      pull('1.0', 'unexpected status: 429 Too Many Requests: toomanyrequests: rate limit'),
      'Registry registry.example',
    ],
    [
      'ErrImagePull',
      '1.0',
      pull('1.0', 'tls: failed to verify certificate: x509: certificate signed by unknown authority'),
      'Registry registry.example',
    ],
    ['ErrImagePull', '1.0', pull('1.0', 'dial tcp 10.0.0.9:443: i/o timeout'), 'Registry registry.example'],
    [
      'ErrImageNeverPull',
      '1.0',
      'Container image "registry.example/web:1.0" is not present with pull policy of Never',
      'Deployment web',
    ],
    [
      'InvalidImageName',
      'A B',
      "Failed to apply default image tag: couldn't parse image name: invalid reference format",
      'Deployment web',
    ],
    ['ErrImagePull', '1.0', 'no space left on device', ''],
    ['ImageInspectError', '1.0', 'failed to inspect image', ''],
    ['SignatureValidationFailed', '1.0', 'image signature is not accepted', ''],
  ])('%s of tag %s is told by its words: %s', (reason, tag, message, blamed) => {
    const quoted = message.replaceAll("'", "''")
    const [finding] = find(podWaiting(reason, quoted).replaceAll('web:1.0', `web:${tag}`))
    expect(finding!.blames.map(({ object: { kind, name } }) => `${kind} ${name}`).join()).toBe(blamed)
  })

  const event = (reason: string, message: string, uid: string, secondsAgo: number) => `---
apiVersion: v1
kind: Event
metadata: { name: ${reason}-${secondsAgo}, namespace: shop }
involvedObject: { kind: Pod, namespace: shop, name: web-1, uid: ${uid}, fieldPath: 'spec.containers{app}' }
reason: ${reason}
message: '${message}'
lastTimestamp: '${ago(secondsAgo)}'
`
  const backOff = podWaiting('ImagePullBackOff', 'Back-off pulling image "registry.example/web:1.0"')

  test('goes by the newest of its events, and not by those of a namesake', () => {
    const [finding] = find(
      backOff +
        event('Failed', 'toomanyrequests: rate limit exceeded', 'Pod-web-1', 500) +
        event('Failed', 'registry.example/web:1.0: not found', 'Pod-web-1', 20) +
        event('Failed', '401 Unauthorized', 'of-another', 5),
    )
    expect(finding!.blames).toMatchObject([{ object: { kind: 'Deployment', name: 'web' } }])
    expect(finding!.evidence.flatMap(({ kind, quote }) => (kind === 'event' ? quote : []))).toEqual([
      'registry.example/web:1.0: not found',
      'toomanyrequests: rate limit exceeded',
    ])
  })

  test('blames of two pull secrets the one that the kubelet did not get, where none may be read', () => {
    const look = aLook(
      podWaiting('ErrImagePull', '401 Unauthorized', 'imagePullSecrets: [{ name: reg }, { name: regcred }]') +
        event(
          'FailedToRetrieveImagePullSecret',
          'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
          'Pod-web-1',
          20,
        ),
    )
    const { view } = look
    const blind = Object.assign(Object.create(view) as typeof view, {
      freshness: () => ({ state: 'unknown' as const, reason: 'forbidden', missingPermission: 'secrets' }),
      get: view.get.bind(view),
      all: view.all.bind(view),
      eventsOf: view.eventsOf.bind(view),
      find: view.find.bind(view),
    })
    const [finding] = [...imagePull.find({ ...look, view: blind })]
    expect(finding!.blames.map(({ object }) => object.name)).toEqual(['regcred'])
  })

  test('takes the pull secrets of its service account for its own', () => {
    const account = `---
apiVersion: v1
kind: ServiceAccount
metadata: { name: default, namespace: shop }
imagePullSecrets: [{ name: shared }]
---
apiVersion: v1
kind: Secret
metadata: { name: shared, namespace: shop }
type: Opaque
`
    const [finding] = find(podWaiting('ErrImagePull', '401 Unauthorized') + account)
    expect(finding!.blames).toMatchObject([{ object: { kind: 'Secret', name: 'shared' }, strength: 'direct' }])
  })

  describe('that has no such name, or is private: the registry does not say which', () => {
    const secret = `---
apiVersion: v1
kind: Secret
metadata: { name: ghcr, namespace: shop }
type: kubernetes.io/dockerconfigjson
data: { .dockerconfigjson: ${Buffer.from(JSON.stringify({ auths: { 'ghcr.io': { auth: 'eDp5' } } })).toString('base64')} }
`
    const containerd =
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed'
    const named = 'imagePullSecrets: [{ name: ghcr }]'

    test.each([
      containerd,
      'denied: requested access to the resource is denied',
      "pull access denied for ngnix, repository does not exist or may require 'docker login'",
      'denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource (or it may not exist)',
    ])('blames the workload for its name, and its pull secret only as what fits: %s', (words) => {
      const [finding] = find(podWaiting('ErrImagePull', words.replaceAll("'", "''"), named) + secret)
      expect(finding!.blames).toMatchObject([
        { object: { kind: 'Deployment', name: 'web' }, strength: 'direct' },
        { object: { kind: 'Secret', name: 'ghcr' }, strength: 'inferred' },
      ])
      const [workload, ghcr] = finding!.blames
      expect(workload!.because).toContain('has no such name or keeps it private')
      expect(workload!.remedies!.map(({ title }) => title)).toEqual([
        'Name an image that exists',
        expect.stringMatching(/^Make Secret registry-credentials /),
        'Name it as a pull secret',
      ])
      expect(ghcr!.remedies![0]!.title).toMatch(/^Make Secret /)
    })

    test('blames nothing directly where a pull secret that is named is missing', () => {
      const [finding] = find(podWaiting('ErrImagePull', containerd, named))
      expect(finding!.blames).toMatchObject([
        { object: { kind: 'Deployment' }, strength: 'inferred' },
        { object: { kind: 'Secret', name: 'ghcr' }, strength: 'inferred', evidence: [{ kind: 'absence' }] },
      ])
    })
  })

  test('says nothing while an image is only being pulled', () => {
    expect(find(podWaiting('ContainerCreating', ''))).toEqual([])
  })
})
