import { ago, aLook } from '../../testing/a-look.ts'
import { aCondition, aNode, aPod, aStatus, ended, manifests, theWorkload, web } from '../../testing/objects.ts'
import { evicted } from './evicted.ts'

type Fields = Readonly<Record<string, unknown>>

const message = 'The node was low on resource: ephemeral-storage. Threshold quantity: 5Gi, available: 3Gi. '
const pod = (status: Fields = {}) =>
  aPod({
    status: {
      ...{ phase: 'Failed', reason: 'Evicted', message, conditions: [], containerStatuses: undefined },
      ...status,
    },
  })
const pressed = aNode('worker-1', { status: { conditions: [aCondition('DiskPressure', 'True')] } })
const find = (...objects: readonly Fields[]) => [...evicted.find(aLook(manifests(...web, ...objects)))]

describe('a pod that its kubelet put out', () => {
  test('is told with what the kubelet says, and with its node', () => {
    expect(find(pod(), pressed)).toMatchObject([
      {
        ...{ rule: 'pod-evicted', severity: 'warning', reason: 'Evicted', object: { name: 'web-1' } },
        evidence: [{ kind: 'field', quote: `Evicted: ${message.trim()}` }],
        ...{ blames: [], involves: [{ kind: 'Node', namespace: '', name: 'worker-1' }] },
      },
    ])
  })

  test.each([
    'Container app exceeded its local ephemeral storage limit "1Gi". ',
    'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ',
    'Usage of EmptyDir volume "cache" exceeds the limit "100Mi". ',
  ])('is a matter of its workload where it wrote too much itself: %s', (said) => {
    const at = (seconds: number) => ({
      message: said,
      conditions: [aCondition('DisruptionTarget', 'True', { lastTransitionTime: ago(seconds) })],
    })
    expect(find(pod(at(60)), aNode('worker-1'))).toMatchObject([
      { severity: 'warning', blames: [{ object: theWorkload, because: expect.stringContaining(said.trim()) }] },
    ])
    expect(find(pod(at(7_200)), aNode('worker-1'))[0]!.severity).toBe('info')
  })

  test('is worth knowing alone once its node has what it needs', () => {
    expect(find(pod(), aNode('worker-1'))[0]!.severity).toBe('info')
  })

  test.each<[string, Fields]>([
    ['the condition', { conditions: [aCondition('DisruptionTarget', 'True', { lastTransitionTime: ago(60) })] }],
    [
      'the condition of an older kubelet',
      { conditions: [aCondition('Ready', 'False', { lastTransitionTime: ago(60) })] },
    ],
    ['the end of its containers', { containerStatuses: [aStatus({ state: ended(137, 'Error') })] }],
  ])('is known since when by %s, however long it ran before', (_, status) => {
    const long = pod({ startTime: ago(900_000), ...status })
    expect(find(long)).toMatchObject([{ since: Date.parse(ago(60)) }])
  })

  test.each<[string, Fields]>([
    ['was evicted days ago', pod({ startTime: ago(200_000) })],
    ['failed by itself', pod({ reason: '' })],
    ['runs', aPod()],
  ])('says nothing of one that %s', (_, given) => {
    expect(find(given)).toEqual([])
  })
})
