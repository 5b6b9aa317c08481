import { ago, aLook } from '../../testing/a-look.ts'
import { aCondition, aPod, aStatus, manifests, waiting } from '../../testing/objects.ts'
import { unavailable } from './unavailable.ts'

type Fields = Readonly<Record<string, unknown>>

const workload = (kind: string, spec: Fields, status: Fields, metadata: Fields = {}) => ({
  kind,
  metadata: { name: 'web', ...metadata },
  spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  status,
})
const lacking = (seconds = 600): Fields => ({
  replicas: 2,
  availableReplicas: undefined,
  conditions: [
    aCondition('Available', 'False', {
      ...{ reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' },
      lastTransitionTime: ago(seconds),
    }),
  ],
})
const find = (...objects: readonly Fields[]) => [...unavailable.find(aLook(manifests(...objects)))]

describe('a workload with fewer pods than it was asked to have', () => {
  test('is critical while it has none, and told in the words of its condition', () => {
    expect(find(workload('Deployment', { replicas: 2 }, lacking()))).toMatchObject([
      {
        ...{ rule: 'deployment-unavailable', severity: 'critical', reason: 'MinimumReplicasUnavailable', blames: [] },
        ...{ object: { kind: 'Deployment', namespace: 'default', name: 'web' }, since: Date.parse(ago(600)) },
        summary: '0 of 2 pods are available.',
        evidence: [
          { where: 'status.availableReplicas', quote: '0 of 2' },
          { where: 'status.conditions[Available]', quote: 'Deployment does not have minimum availability.' },
        ],
      },
    ])
  })

  test.each<[string, string, Fields, Fields]>([
    [
      'deployment-unavailable',
      'Deployment',
      { replicas: 3 },
      { availableReplicas: 2, conditions: [aCondition('Available', 'True', { reason: 'MinimumReplicasAvailable' })] },
    ],
    ['statefulset-unavailable', 'StatefulSet', { replicas: 3 }, { availableReplicas: 2 }],
    ['daemonset-unavailable', 'DaemonSet', {}, { desiredNumberScheduled: 3, numberAvailable: 2 }],
  ])('is a warning while it has some: %s', (rule, kind, spec, status) => {
    expect(find(workload(kind, spec, status))).toMatchObject([
      { rule, severity: 'warning', summary: '2 of 3 pods are available.', evidence: [{ quote: '2 of 3' }] },
    ])
  })

  test.each<[string, Fields]>([
    ['its image cannot be pulled', { containerStatuses: [aStatus(waiting('ImagePullBackOff'))] }],
    ['no node takes it', { conditions: [aCondition('PodScheduled', 'False', { reason: 'Unschedulable' })] }],
  ])('is told at once where a pod of it shows that patience does not help: %s', (_, status) => {
    const given = workload('Deployment', { replicas: 2 }, lacking(5))
    expect(find(given, aPod({ status: { phase: 'Pending', ...status } }))).toHaveLength(1)
    expect(find(given)).toEqual([])
  })

  test('is told although its pods are to be ready for long, where they are not ready', () => {
    const slow = { replicas: 2, minReadySeconds: 3_600 }
    expect(find(workload('Deployment', slow, { ...lacking(100), readyReplicas: 1 }))).toHaveLength(1)
  })

  test('is told at once where none of its pods may be made', () => {
    const { conditions } = lacking(5) as { conditions: readonly Fields[] }
    const status = { replicas: 0, conditions: [...conditions, aCondition('ReplicaFailure', 'True')] }
    expect(find(workload('Deployment', { replicas: 2 }, status))).toHaveLength(1)
  })

  test.each<[string, Fields]>([
    ['has all of them', workload('Deployment', { replicas: 2 }, { availableReplicas: 2 })],
    ['has more of them, as a rollout has', workload('Deployment', { replicas: 2 }, { availableReplicas: 3 })],
    ['is scaled to nothing', workload('Deployment', { replicas: 0 }, {})],
    ['is being deleted', workload('Deployment', { replicas: 2 }, lacking(), { deletionTimestamp: ago(60) })],
    ['is for no node', workload('DaemonSet', {}, { desiredNumberScheduled: 0 })],
    ['has just been made', workload('StatefulSet', { replicas: 2 }, {}, { creationTimestamp: ago(10) })],
    [
      'waits for its pods to have been ready for long enough',
      workload('Deployment', { replicas: 2, minReadySeconds: 120 }, { ...lacking(100), readyReplicas: 2 }),
    ],
  ])('says nothing of one that %s', (_, given) => {
    expect(find(given)).toEqual([])
  })
})
