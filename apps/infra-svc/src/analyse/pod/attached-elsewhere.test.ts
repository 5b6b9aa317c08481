import { ago, aLook } from '../../testing/a-look.ts'
import { aNode, anEvent, aPod, aStatus, manifests, notReady, theWorkload, waiting, web } from '../../testing/objects.ts'
import { mountFailed } from './mount-failed.ts'

type Fields = Readonly<Record<string, unknown>>

const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
const claim = {
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  spec: { volumeName: 'pvc-1' },
  status: { phase: 'Bound' },
}
const waits = aPod({
  spec: { volumes },
  status: {
    phase: 'Pending',
    conditions: [notReady],
    containerStatuses: [aStatus({ ready: false, ...waiting('ContainerCreating') })],
  },
})
const refused = anEvent(
  'FailedAttachVolume',
  'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-0',
)
const holder = (metadata: Fields = {}, spec: Fields = {}) =>
  aPod({ metadata: { name: 'web-0', uid: 'web-0', ...metadata }, spec: { nodeName: 'worker-2', volumes, ...spec } })
const away = aNode('worker-2', {
  status: { conditions: [{ type: 'Ready', status: 'Unknown', lastTransitionTime: ago(60) }] },
})
const blamed = (...objects: readonly Fields[]) =>
  [...mountFailed.find(aLook(manifests(...web, claim, waits, refused, ...objects)))].flatMap(({ blames }) => blames)

describe('a volume that another node has is a matter of', () => {
  test.each<[string, Fields, readonly Fields[]]>([
    ['the workload, whose own pod has it', theWorkload, [aNode('worker-2'), holder()]],
    [
      'the claim, which another workload has',
      { kind: 'PersistentVolumeClaim', name: 'data' },
      [aNode('worker-2'), holder({ ownerReferences: [] })],
    ],
    ['the node, which is away with it', { kind: 'Node', name: 'worker-2' }, [away, holder()]],
  ])('%s', (_, object, objects) => {
    expect(blamed(...objects)).toMatchObject([{ object, strength: 'direct' }])
  })

  test('nobody who is known, where no other pod has it', () => {
    expect(blamed(aNode('worker-2'), holder({}, { volumes: [] }))).toEqual([])
    expect(blamed(aNode('worker-2'), holder({}, { nodeName: 'worker-1' }))).toEqual([])
  })
})
