import { aLook } from '../../testing/a-look.ts'
import { aNode, manifests, web } from '../../testing/objects.ts'
import { none, pending } from '../../testing/pending.ts'
import { unschedulable } from './unschedulable.ts'

type Fields = Readonly<Record<string, unknown>>

const find = (...objects: readonly Fields[]) => [...unschedulable.find(aLook(manifests(...web, ...objects)))]
const claim = (name: string, volume = '') => ({
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { volumeName: volume, accessModes: ['ReadWriteOnce'] },
  status: { phase: volume === '' ? 'Pending' : 'Bound' },
})
const volumeIn = (name: string, zone: string) => ({
  kind: 'PersistentVolume',
  metadata: { name },
  spec: {
    nodeAffinity: {
      required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] }] },
    },
  },
  status: { phase: 'Bound' },
})
const mounting = (...claims: readonly string[]) => ({
  volumes: claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })),
})

describe('a pod that waits for its volume', () => {
  test('is told with the claim that does not exist, and not with one whose name is longer', () => {
    const message =
      '0/2 nodes are available: persistentvolumeclaim "data" not found. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.'
    const [finding] = find(aNode('worker-1'), pending(message, mounting('data', 'data-old')))
    expect(finding!.blames).toMatchObject([
      { object: { kind: 'PersistentVolumeClaim', namespace: 'default', name: 'data' }, strength: 'direct' },
    ])
  })

  test('is told with the claim that is being deleted, and with no node', () => {
    const message = '0/2 nodes are available: persistentvolumeclaim "data" is being deleted. not found'
    const [finding] = find(aNode('worker-1'), claim('data', 'disk-1'), pending(message, mounting('data')))
    expect(finding).toMatchObject({ blames: [{ object: { name: 'data' }, strength: 'direct' }], involves: [] })
  })

  test.each([
    [
      'Delete',
      [
        'kubectl patch persistentvolume/disk-1 --type=merge -p \'{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}\'',
        null,
      ],
    ],
    ['Retain', [null]],
  ])('keeps the volume of a claim that is being deleted, where it is not kept: %s', (policy, commands) => {
    const message = '0/2 nodes are available: persistentvolumeclaim "data" is being deleted. not found'
    const volume = { ...volumeIn('disk-1', 'a'), spec: { persistentVolumeReclaimPolicy: policy } }
    const [finding] = find(aNode('worker-1'), claim('data', 'disk-1'), volume, pending(message, mounting('data')))
    expect(finding!.blames[0]!.remedies!.map(({ command }) => command)).toEqual(commands)
  })

  test('is told with the claim that has no volume, and not with one that has', () => {
    const message = '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found'
    const [finding] = find(
      aNode('worker-1'),
      claim('data'),
      claim('logs', 'disk-1'),
      pending(message, mounting('logs', 'data')),
    )
    expect(finding).toMatchObject({ blames: [], involves: [{ kind: 'PersistentVolumeClaim', name: 'data' }] })
    expect(finding!.involves).toHaveLength(1)
  })

  test.each([
    "1 node(s) didn't match PersistentVolume's node affinity",
    '1 node(s) had volume node affinity conflict',
    '1 node(s) had no available volume zone',
  ])('is told with the one of its volumes that is elsewhere, when the scheduler says: %s', (reasons) => {
    const [finding] = find(
      ...[aNode('worker-1', { metadata: { labels: { zone: 'b' } } }), volumeIn('near', 'b'), volumeIn('far', 'a')],
      ...[claim('logs', 'near'), claim('data', 'far'), pending(none(1, reasons), mounting('logs', 'data'))],
    )
    expect(finding).toMatchObject({
      blames: [{ object: { kind: 'PersistentVolumeClaim', name: 'data' }, strength: 'direct' }],
      evidence: [{}, { object: { kind: 'PersistentVolume', name: 'far' }, quote: 'zone In a' }],
    })
  })
})
