import { ago, aLook } from '../../testing/a-look.ts'
import { aCondition, aNode, aPod, aStatus, ended, manifests, notReady, web } from '../../testing/objects.ts'
import { notReady as analyser, stuckTerminating } from './not-ready.ts'

type Fields = Readonly<Record<string, unknown>>

const look = (objects: readonly Fields[]) => aLook(manifests(...web, ...objects))
const unready = (fields: Fields, status: Fields = {}) =>
  aPod({
    status: { conditions: [{ ...notReady, ...fields }], containerStatuses: [aStatus({ ready: false })], ...status },
  })

describe('a pod that runs and serves nothing', () => {
  const find = (...objects: readonly Fields[]) => [...analyser.find(look(objects))]

  test("is told with the kubelet's words", () => {
    expect(find(unready({}))).toMatchObject([
      {
        ...{ rule: 'pod-not-ready', severity: 'critical', reason: 'ContainersNotReady', blames: [] },
        summary: 'It runs and is not ready: containers with unready status: [app].',
        evidence: [
          {
            where: 'status.conditions[Ready]',
            quote: 'False ContainersNotReady containers with unready status: [app]',
            at: Date.parse(ago(600)),
          },
        ],
      },
    ])
  })

  test('is told by a readiness gate that nobody has opened', () => {
    const message = 'corresponding condition of pod readiness gate "example.com/lb" does not exist.'
    expect(
      find(unready({ reason: 'ReadinessGatesNotReady', message }, { containerStatuses: [aStatus()] })),
    ).toMatchObject([{ reason: 'ReadinessGatesNotReady' }])
  })

  test('is told at once where its node is away', () => {
    expect(find(unready({ status: 'Unknown', reason: 'NodeStatusUnknown', lastTransitionTime: ago(1) }))).toHaveLength(
      1,
    )
  })

  test('is told where the kubelet has said nothing of it', () => {
    expect(find(aPod({ status: { conditions: undefined } }))).toMatchObject([{ evidence: [{ quote: 'absent' }] }])
  })

  test.each<[string, Fields]>([
    ['has just been made', unready({ lastTransitionTime: ago(10) })],
    [
      'has done its work',
      aPod({ status: { phase: 'Succeeded', conditions: [aCondition('Ready', 'False', { reason: 'PodCompleted' })] } }),
    ],
    ['is being deleted', aPod({ metadata: { deletionTimestamp: ago(5) }, status: { conditions: [notReady] } })],
    ['is not placed yet', aPod({ status: { phase: 'Pending', conditions: [notReady] } })],
    ['is ready', aPod()],
  ])('says nothing of one that %s', (_, pod) => {
    expect(find(pod)).toEqual([])
  })
})

describe('a pod that was deleted and does not go', () => {
  const deleted = (seconds: number, metadata: Fields = {}, status: Fields = {}) =>
    aPod({ metadata: { deletionTimestamp: ago(seconds), ...metadata }, status })
  const find = (...objects: readonly Fields[]) => [...stuckTerminating.find(look(objects))]
  const away = aNode('worker-1', { status: { conditions: [aCondition('Ready', 'Unknown')] } })
  const over = { phase: 'Failed', containerStatuses: [aStatus({ state: ended(143, 'Error') })] }

  test('is told once its grace is well over, with its node', () => {
    expect(find(deleted(90), aNode('worker-1'))).toMatchObject([
      {
        ...{ rule: 'pod-stuck-terminating', severity: 'warning', reason: 'Terminating', blames: [] },
        evidence: [{ where: 'metadata.deletionTimestamp', quote: '2026-11-20T11:58:30.000Z' }],
        involves: [{ kind: 'Node', name: 'worker-1' }],
      },
    ])
  })

  test('is told at once where its node is away', () => {
    expect(find(deleted(1), away)[0]!.summary).toContain('its node worker-1 is away')
  })

  test.each<[string, Fields]>([
    ['and still runs', {}],
    ['although it has ended', over],
  ])('is told with the finalizers that hold it %s', (_, status) => {
    expect(find(deleted(90, { finalizers: ['example.com/backup'] }, status))).toMatchObject([
      { evidence: [{}, { where: 'metadata.finalizers', quote: 'example.com/backup' }] },
    ])
  })

  test.each<[string, readonly Fields[]]>([
    ['ends within its grace', [deleted(-20)]],
    ['ended a moment ago', [deleted(30), aNode('worker-1')]],
    ['has ended, and waits for its node alone', [deleted(90, {}, over)]],
    ['was not deleted', [aPod()]],
  ])('says nothing of one that %s', (_, objects) => {
    expect(find(...objects)).toEqual([])
  })
})
