import { aLook } from '../../testing/a-look.ts'
import { aContainer, aNode, aPod, manifests, theWorkload, web } from '../../testing/objects.ts'
import { none, pending, scheduled } from '../../testing/pending.ts'
import { unschedulable } from './unschedulable.ts'

type Fields = Readonly<Record<string, unknown>>

const asking = (requests: Fields, fields: Fields = {}) => aContainer({ resources: { requests }, ...fields })
const tainted = (name: string, key: string, effect = 'NoSchedule') =>
  aNode(name, { spec: { taints: [{ key, value: 'x', effect }] } })
const labelled = (name: string, labels: Fields, cpu = '4') =>
  aNode(name, { metadata: { labels }, status: { allocatable: { cpu, memory: '8Gi', pods: '110' } } })

const find = (...objects: readonly Fields[]) => [...unschedulable.find(aLook(manifests(...web, ...objects)))]
const workers = [aNode('worker-1'), aNode('worker-2')]
describe('a pod that no node takes', () => {
  test('is quoted as the scheduler says it, without what preemption would not change', () => {
    const message = none(2, '2 Insufficient cpu')
    const [finding] = find(...workers, pending(message, { containers: [asking({ cpu: '3' })] }))
    expect(finding).toMatchObject({
      rule: 'pod-unschedulable',
      severity: 'critical',
      reason: 'Unschedulable',
      object: { kind: 'Pod', name: 'web-1' },
      summary: 'No node takes it: 2 Insufficient cpu.',
      evidence: [{ kind: 'field', where: 'status.conditions[PodScheduled].message', quote: message }],
    })
  })

  test.each<[string, readonly Fields[], string, Fields, string]>([
    [
      'more cores than the largest node has',
      workers,
      '2 Insufficient cpu',
      { containers: [asking({ cpu: '64' })] },
      'it asks for 64 of cpu, and the largest node has 4',
    ],
    [
      'more memory than the largest node has',
      workers,
      '2 Insufficient memory',
      { containers: [asking({ memory: '64Gi' })] },
      'it asks for 64Gi of memory, and the largest node has 8Gi',
    ],
    [
      'more in its containers together than the largest node has',
      workers,
      '2 Insufficient cpu',
      { containers: [asking({ cpu: '3' }), asking({ cpu: '2500m' }, { name: 'proxy' })] },
      'it asks for 3 + 2500m of cpu, and the largest node has 4',
    ],
    [
      'more in an init container, beside a sidecar that starts before it',
      workers,
      '2 Insufficient cpu',
      {
        initContainers: [
          asking({ cpu: '2' }, { name: 'mesh', restartPolicy: 'Always' }),
          asking({ cpu: '3' }, { name: 'seed' }),
        ],
        containers: [asking({ cpu: '1' })],
      },
      'it asks for 2 + 3 of cpu, and the largest node has 4',
    ],
    [
      'more than those nodes have that it selects',
      [labelled('small', { pool: 'small' }), labelled('large', { pool: 'large' }, '64')],
      "1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector",
      { nodeSelector: { pool: 'small' }, containers: [asking({ cpu: '8' })] },
      'it asks for 8 of cpu, and the largest node where it may run has 4',
    ],
    [
      'more than those nodes have whose taints it tolerates',
      [
        ...workers,
        aNode('big', {
          spec: { taints: [{ key: 'dedicated', value: 'x', effect: 'NoSchedule' }] },
          status: { allocatable: { cpu: '64' } },
        }),
      ],
      '1 node(s) had untolerated taint(s), 2 Insufficient cpu',
      { containers: [asking({ cpu: '8' })] },
      'the largest node where it may run has 4',
    ],
    [
      'a label that no node has',
      workers,
      "2 node(s) didn't match Pod's node affinity/selector",
      { nodeSelector: { disk: 'ssd' } },
      'its node selector or affinity asks for disk In ssd, and no node has that',
    ],
    [
      'a zone that no node is in',
      [labelled('worker-1', { zone: 'a' })],
      "1 node(s) didn't match Pod's node affinity/selector",
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['a'] }] }],
            },
          },
        },
      },
      'zone NotIn a, and no node has that',
    ],
    [
      'a toleration that it has not',
      [tainted('worker-1', 'dedicated'), tainted('worker-2', 'dedicated', 'NoExecute')],
      '2 node(s) had untolerated taint(s)',
      {},
      'it tolerates no taint dedicated',
    ],
    [
      'a port that is taken',
      workers,
      "2 node(s) didn't have free ports for the requested pod ports",
      { containers: [aContainer({ ports: [{ containerPort: 80, hostPort: 80 }] })] },
      'it asks for a port of the node that is taken',
    ],
    [
      'to be apart from its own pods',
      workers,
      "2 node(s) didn't match pod anti-affinity rules",
      { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{}] } } },
      'its pod anti-affinity leaves no node',
    ],
    [
      'to be spread where it cannot be',
      workers,
      "2 node(s) didn't match pod topology spread constraints",
      { topologySpreadConstraints: [{ maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }] },
      'its topology spread constraints leave no node',
    ],
  ])('its workload is blamed that asks for %s', (_, nodes, reasons, spec, because) => {
    const [finding] = find(...nodes, pending(none(nodes.length, reasons), spec))
    expect(finding!.blames).toMatchObject([
      { object: theWorkload, because: expect.stringContaining(because), strength: 'direct' },
    ])
  })

  test.each<[string, readonly Fields[], string, Fields]>([
    ['the nodes are full', workers, '2 Insufficient cpu', { containers: [asking({ cpu: '3' })] }],
    ['the nodes hold as many pods as they may', workers, '2 Too many pods', {}],
    [
      'only some nodes have the taint',
      [tainted('worker-1', 'dedicated'), aNode('worker-2')],
      '1 Insufficient cpu, 1 node(s) had untolerated taint(s)',
      { containers: [asking({ cpu: '3' })] },
    ],
    [
      'its port is taken on one node and the other is full',
      workers,
      "1 Insufficient memory, 1 node(s) didn't have free ports for the requested pod ports",
      {},
    ],
    [
      'others want to be apart from it',
      workers,
      "2 node(s) didn't satisfy existing pods anti-affinity rules",
      { affinity: { nodeAffinity: {} } },
    ],
  ])('nobody is blamed while %s, and the nodes are named', (_, nodes, reasons, spec) => {
    const [finding] = find(...nodes, pending(none(nodes.length, reasons), spec))
    expect(finding!.blames).toEqual([])
    expect(finding!.involves).toContainEqual({ kind: 'Node', namespace: '', name: 'worker-2' })
  })

  test.each(['node.kubernetes.io/not-ready', 'node.kubernetes.io/disk-pressure', 'node.kubernetes.io/unschedulable'])(
    'nobody is blamed for the taint %s, which comes and goes with the node',
    (key) => {
      const [finding] = find(tainted('worker-1', key), pending(none(1, '1 node(s) had untolerated taint(s)')))
      expect(finding).toMatchObject({ blames: [], involves: [{ kind: 'Node', name: 'worker-1' }] })
    },
  )

  test.each<[string, Fields]>([
    ['by key and value', { key: 'dedicated', value: 'x', effect: 'NoSchedule' }],
    ['by key alone', { key: 'dedicated', operator: 'Exists' }],
    ['whatever its key', { operator: 'Exists' }],
  ])('a taint is not blamed that it tolerates %s', (_, toleration) => {
    const message = none(1, '1 Insufficient cpu')
    const spec = { tolerations: [toleration], containers: [asking({ cpu: '3' })] }
    expect(find(tainted('worker-1', 'dedicated'), pending(message, spec))[0]!.blames).toEqual([])
  })

  test.each<[string, string, number]>([
    ['Gt', '8', 1],
    ['Gt', '2', 0],
    ['Lt', '2', 1],
    ['Lt', '8', 0],
  ])('a node with 4 is compared by %s %s as the scheduler does it', (operator, bound, blamed) => {
    const terms = [{ matchExpressions: [{ key: 'cores', operator, values: [bound] }] }]
    const affinity = {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
    }
    const nodes = [labelled('worker-1', { cores: '4' })]
    expect(find(...nodes, pending(none(1, '1 Insufficient cpu'), { affinity }))[0]!.blames).toHaveLength(blamed)
  })

  test('a device that no node has is only likely to be asked for wrongly: its plugin may be away', () => {
    const spec = { containers: [asking({ 'example.com/gpu': 1 })] }
    const [finding] = find(...workers, pending(none(2, '2 Insufficient example.com/gpu'), spec))
    expect(finding!.blames).toMatchObject([
      { object: theWorkload, because: 'it asks for 1 of example.com/gpu, and no node has any', strength: 'inferred' },
    ])
  })

  test('the one node that would take it is to blame for being full, and none of several', () => {
    const message = none(2, '1 Too many pods')
    const [finding] = find(aNode('worker-1'), pending(message))
    expect(finding!.blames).toMatchObject([{ object: { kind: 'Node', name: 'worker-1' }, strength: 'direct' }])
    expect(find(...workers, pending(message))[0]!.blames).toEqual([])
  })

  test.each<[string, Fields, string]>([
    ['cordoned', aNode('worker-2', { spec: { unschedulable: true } }), '1 node(s) were unschedulable'],
    [
      'not ready',
      aNode('worker-2', { spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] } }),
      '1 node(s) had untolerated taint(s)',
    ],
  ])('a node that is %s is named only where the scheduler speaks of that', (_, node, reason) => {
    const named = (reasons: string) =>
      find(aNode('worker-1'), node, pending(none(2, reasons)))[0]!.involves.map(({ name }) => name)
    expect(named(`1 Insufficient cpu, ${reason}`)).toEqual(['worker-1', 'worker-2'])
    expect(named('1 Insufficient cpu')).toEqual(['worker-1'])
  })

  test('pods that it wants to be near are only likely to be elsewhere', () => {
    const spec = { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{}] } } }
    const [finding] = find(...workers, pending(none(2, "2 node(s) didn't match pod affinity rules"), spec))
    expect(finding!.blames).toMatchObject([{ object: theWorkload, strength: 'inferred' }])
  })
})

describe('a pod that is not scheduled and well', () => {
  test.each<[string, Fields]>([
    ['was never looked at', aPod({ spec: { nodeName: undefined }, status: { phase: 'Pending', conditions: [] } })],
    [
      'is held by a gate',
      aPod({
        spec: { nodeName: undefined },
        status: {
          phase: 'Pending',
          conditions: [scheduled('Scheduling is blocked due to non-empty scheduling gates', 'SchedulingGated')],
        },
      }),
    ],
    [
      'is being deleted',
      pending(
        none(1, '1 Too many pods'),
        {},
        { metadata: { name: 'web-1', deletionTimestamp: '2026-11-20T11:59:00Z' } },
      ),
    ],
    ['has found its node since', pending(none(1, '1 Too many pods'), { nodeName: 'worker-1' })],
  ])('says nothing of one that %s', (_, pod) => {
    expect(find(...workers, pod)).toEqual([])
  })
})
