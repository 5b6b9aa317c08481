import { ago, aLook } from '../../testing/a-look.ts'
import { aCondition, anEvent, aPod, aStatus, manifests, waiting, web } from '../../testing/objects.ts'
import { mountFailed } from './mount-failed.ts'

type Fields = Readonly<Record<string, unknown>>

const creating = { phase: 'Pending', containerStatuses: [aStatus({ ready: false, ...waiting('ContainerCreating') })] }
const volumes = [
  { name: 'config', configMap: { name: 'settings', items: [{ key: 'app.yaml', path: 'app.yaml' }] } },
  { name: 'certs', secret: { secretName: 'web-tls', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
]
const pod = (status: Fields = creating, metadata: Fields = {}) => aPod({ metadata, spec: { volumes }, status })
const failed = (why: string, told = {}) => anEvent('FailedMount', `MountVolume.SetUp failed for volume ${why}`, told)
const timedOut = anEvent(
  'FailedMount',
  'Unable to attach or mount volumes: unmounted volumes=[config], unattached volumes=[], failed to process volumes=[]: context deadline exceeded',
  { secondsAgo: 5 },
)
const find = (...objects: readonly Fields[]) => [...mountFailed.find(aLook(manifests(...web, ...objects)))]

describe('a pod whose volumes cannot be had', () => {
  test.each<[string, readonly (readonly [string, string])[], string]>([
    ['"config" : configmap "settings" not found', [['ConfigMap', 'settings']], 'it does not exist'],
    ['"certs" : secret "web-tls" not found', [['Secret', 'web-tls']], 'it does not exist'],
    [
      '"all" : [configmap "settings" not found, secret "web-tls" not found]',
      [
        ['ConfigMap', 'settings'],
        ['Secret', 'web-tls'],
      ],
      'it does not exist',
    ],
    ['"data" : persistentvolumeclaim "data" not found', [['PersistentVolumeClaim', 'data']], 'it does not exist'],
    [
      '"config" : configmap references non-existent config key: app.yaml',
      [['ConfigMap', 'settings']],
      'it has no key app.yaml',
    ],
    ['"config" : references non-existent config key: app.yaml', [['ConfigMap', 'settings']], 'it has no key app.yaml'],
    ['"certs" : references non-existent secret key: ca.crt', [['Secret', 'web-tls']], 'it has no key ca.crt'],
  ])('blames what is missing: %s', (why, objects, because) => {
    const [finding] = find(pod(), failed(why))
    expect(finding).toMatchObject({
      ...{ rule: 'pod-mount-failed', severity: 'critical', reason: 'FailedMount', object: { name: 'web-1' } },
      evidence: [{ kind: 'event', where: 'FailedMount', quote: `MountVolume.SetUp failed for volume ${why}` }],
    })
    expect(finding!.blames).toMatchObject(
      objects.map(([kind, name]) => ({
        object: { kind, namespace: 'default', name },
        because: expect.stringContaining(because),
        strength: 'direct',
      })),
    )
  })

  test('goes by the event that says what is missing, although a later one only says that time ran out', () => {
    const [finding] = find(pod(), failed('"config" : configmap "settings" not found'), timedOut)
    expect(finding!.blames).toMatchObject([{ object: { kind: 'ConfigMap', name: 'settings' } }])
  })

  test('names its claims, and blames nobody, where a volume cannot be attached', () => {
    const event = anEvent(
      'FailedAttachVolume',
      'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another',
    )
    expect(find(pod(), event)).toMatchObject([
      { reason: 'FailedAttachVolume', blames: [], involves: [{ kind: 'PersistentVolumeClaim', name: 'data' }] },
    ])
  })

  test('is told apart from one for which no sandbox can be made', () => {
    const message =
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0a1b": plugin type="calico" failed (add): no such file or directory'
    expect(find(pod(), anEvent('FailedCreatePodSandBox', message))).toMatchObject([
      { rule: 'pod-sandbox-failed', blames: [], involves: [{ kind: 'Node', name: 'worker-1' }] },
    ])
  })

  const event = failed('"config" : configmap "settings" not found')
  test.each<[string, readonly Fields[]]>([
    [
      'has its volumes, and waits for its image now',
      [pod({ phase: 'Pending', containerStatuses: [aStatus(waiting('ImagePullBackOff'))] }), event],
    ],
    [
      'runs its init containers',
      [
        pod({
          phase: 'Pending',
          initContainerStatuses: [aStatus({ name: 'seed' })],
          containerStatuses: [aStatus(waiting('PodInitializing'))],
        }),
        event,
      ],
    ],
    [
      'is ready to start containers',
      [pod({ ...creating, conditions: [aCondition('PodReadyToStartContainers', 'True')] }), event],
    ],
    ['runs', [aPod(), event]],
    ['is being deleted', [pod(creating, { deletionTimestamp: ago(5) }), event]],
    [
      'is the namesake of one that failed',
      [pod(), failed('"config" : configmap "settings" not found', { uid: 'of-another' })],
    ],
    ['failed half an hour ago', [pod(), failed('"config" : configmap "settings" not found', { secondsAgo: 1_800 })]],
    ['is only being made', [pod()]],
  ])('says nothing of one that %s', (_, objects) => {
    expect(find(...objects)).toEqual([])
  })
})
