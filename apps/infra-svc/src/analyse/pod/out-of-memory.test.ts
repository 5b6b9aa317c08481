import { aLook } from '../../testing/a-look.ts'
import {
  aCondition,
  aContainer,
  aNode,
  anEvent,
  aPod,
  aStatus,
  ended,
  manifests,
  theWorkload,
  waiting,
  web,
} from '../../testing/objects.ts'
import { evicted } from './evicted.ts'
import { outOfMemory } from './out-of-memory.ts'

type Fields = Readonly<Record<string, unknown>>

const limited = { containers: [aContainer({ resources: { limits: { memory: '256Mi' } } })] }
const heapAbort = 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'
const logs = { 'web-1': [{ container: 'app', isPrevious: true, lines: [heapAbort] }] }
const systemOom = (secondsAgo: number) =>
  anEvent('SystemOOM', 'System OOM encountered, victim process: node, pid: 4211', {
    ...{ kind: 'Node', name: 'worker-1', uid: 'worker-1', secondsAgo },
  })
const killed = (exitCode: number, reason: string, { status = {}, spec = {}, secondsAgo = 60 } = {}) =>
  aPod({
    spec,
    status: {
      containerStatuses: [
        aStatus({ restartCount: 1, lastState: ended(exitCode, reason, {}, { secondsAgo }), ...status }),
      ],
    },
  })
const find = (objects: readonly Fields[], said = {}) => [
  ...outOfMemory.find(aLook(manifests(...web, aNode('worker-1'), ...objects), said)),
]

describe('memory that ran out', () => {
  test("at the container's limit is blamed on the workload, with the limit quoted", () => {
    const [finding] = find([killed(137, 'OOMKilled', { spec: limited })])
    expect(finding).toMatchObject({
      ...{ rule: 'pod-out-of-memory', severity: 'warning', reason: 'OOMKilled', part: 'app' },
      summary: 'Container app was killed at its memory limit of 256Mi, and runs again.',
      evidence: [
        { where: 'status.containerStatuses[app].lastState.terminated', quote: 'OOMKilled, exit code 137' },
        { where: 'spec.containers[app].resources.limits.memory', quote: '256Mi' },
      ],
      blames: [{ object: theWorkload, strength: 'direct' }],
    })
  })

  test('at a limit that is not of the template is blamed on the LimitRange whose default it is', () => {
    const template = { spec: { containers: [aContainer()] } }
    const range = (memory: string) => ({
      kind: 'LimitRange',
      metadata: { name: 'defaults' },
      spec: { limits: [{ type: 'Container', default: { memory } }] },
    })
    const owner = { ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'Deployment-web', controller: true }] }
    const made = { kind: 'ReplicaSet', metadata: { name: 'web-5d', ...owner }, spec: { template } }
    const blamed = (...objects: readonly Fields[]) =>
      find([...objects, killed(137, 'OOMKilled', { spec: limited })]).flatMap(({ blames }) => blames)
    expect(blamed(made, range('268435456'))).toMatchObject([{ object: { kind: 'LimitRange' }, strength: 'direct' }])
    expect(blamed(made, range('512Mi'))).toMatchObject([{ object: theWorkload, strength: 'inferred' }])
    expect(blamed(range('256Mi'))).toMatchObject([{ object: theWorkload, strength: 'direct' }])
  })

  test('at a limit that the template of its StatefulSet has no more is blamed on that', () => {
    const template = { spec: { containers: [aContainer()] } }
    const range = {
      kind: 'LimitRange',
      metadata: { name: 'defaults' },
      spec: { limits: [{ type: 'Container', default: { memory: '256Mi' } }] },
    }
    const blamed = (revision: string) => {
      const pod = killed(137, 'OOMKilled', { spec: limited })
      const metadata = {
        ...{ name: 'db-0', labels: { 'controller-revision-hash': revision } },
        ownerReferences: [{ kind: 'StatefulSet', name: 'db', uid: 'StatefulSet-db', controller: true }],
      }
      const set = {
        kind: 'StatefulSet',
        metadata: { name: 'db' },
        spec: { template },
        status: { updateRevision: 'db-2' },
      }
      return find([range, set, { ...pod, metadata }]).flatMap(({ blames }) => blames.map(({ object }) => object.kind))
    }
    expect(blamed('db-1')).toEqual(['StatefulSet'])
    expect(blamed('db-2')).toEqual(['LimitRange'])
  })

  test('in the heap of a JVM is known by its log, whatever the exit code', () => {
    const lines = ['java.lang.OutOfMemoryError: Java heap space']
    const said = { 'web-1': [{ container: 'app', isPrevious: true, lines }] }
    expect(find([killed(3, 'Error')], said)).toMatchObject([
      { summary: expect.stringContaining('Java heap'), blames: [{ because: expect.stringContaining('-Xmx') }] },
    ])
    expect(find([killed(0, 'Completed')], said)).toEqual([])
  })

  const ofJava = 'java.lang.OutOfMemoryError: Java heap space'
  test.each<[string, readonly string[], boolean]>([
    ['its stack', [ofJava, '\tat shop.Cart.add(Cart.java:7)', '\t... 3 more'], true],
    ['what it could not reach', ['connect ECONNREFUSED db:5432', ofJava], true],
    ['another error', [ofJava, 'request 7 failed, going on', 'FATAL: the license has expired'], false],
    ['that others are not reached', [ofJava, 'serving for 3 h', 'connect ECONNREFUSED db:5432'], false],
    ['a long time', [ofJava, ...Array.from({ length: 100 }, (_, n) => `request ${n} served`)], false],
    ['nothing, of a mere remark', [`WARN going on after ${ofJava}`], false],
  ])('in the heap of a JVM is what it ended of unless more was said since: %s', (_, lines, isFound) => {
    const said = { 'web-1': [{ container: 'app', isPrevious: true, lines }] }
    expect(find([killed(1, 'Error')], said)).toHaveLength(isFound ? 1 : 0)
    expect(find([killed(134, 'Error')], said)).toHaveLength(1)
  })

  test('in the heap is known by the log of the run that ended, and not by that of another', () => {
    const tail = (isPrevious: boolean) => ({ 'web-1': [{ container: 'app', isPrevious, lines: [ofJava] }] })
    expect(find([killed(1, 'Error')], tail(false))).toEqual([])
    expect(
      find([killed(1, 'Error', { status: { state: ended(1, 'Error'), lastState: {} } })], tail(false)),
    ).toHaveLength(1)
  })

  test('is critical while the container does not run again', () => {
    const status = { ready: false, ...waiting('CrashLoopBackOff') }
    expect(find([killed(137, 'OOMKilled', { spec: limited, status })])[0]!.severity).toBe('critical')
  })

  test('in the heap of V8 is looked at by the options of Node, and by no variable that may be secret', () => {
    const [finding] = find([killed(134, 'Error', { spec: limited })], logs)
    expect(finding!.remedies.map(({ command }) => command)).toEqual([
      `kubectl get -n default pod web-1 -o jsonpath='{.spec.containers[?(@.name=="app")].env[?(@.name=="NODE_OPTIONS")].value}'`,
    ])
  })

  test('in the heap of V8 is known by its log, and not by the exit code alone', () => {
    const pod = killed(134, 'Error', { spec: limited })
    expect(find([pod], logs)).toMatchObject([
      {
        reason: 'HeapOutOfMemory',
        evidence: [{}, { kind: 'log', quote: heapAbort }],
        blames: [{ object: theWorkload }],
      },
    ])
    expect(find([pod])).toEqual([])
  })

  test('on the whole node is blamed on the node, whether the runtime names it or not', () => {
    for (const reason of ['Error', 'OOMKilled']) {
      expect(find([killed(137, reason), systemOom(50)])).toMatchObject([
        {
          reason: 'SystemOOM',
          evidence: [{}, { kind: 'event', where: 'SystemOOM' }],
          blames: [{ object: { kind: 'Node', name: 'worker-1' } }],
        },
      ])
    }
  })

  test('without a limit, and without a word of the node, is told without claiming a limit', () => {
    const [finding] = find([killed(137, 'OOMKilled')])
    expect(finding!.summary).toBe('Container app was killed for memory, although it has no limit, and runs again.')
  })

  test('of a kubelet that evicts for it is told as an eviction, and not here', () => {
    const message =
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 51Mi. Container app was using 900Mi, request is 0, has larger consumption of memory. '
    const pod = aPod({
      status: {
        ...{ phase: 'Failed', reason: 'Evicted', message },
        conditions: [aCondition('DisruptionTarget', 'True', { reason: 'TerminationByKubelet' })],
        containerStatuses: [aStatus({ ready: false, state: ended(137, 'ContainerStatusUnknown') })],
      },
    })
    expect(find([pod])).toEqual([])
    const [finding] = evicted.find(aLook(manifests(...web, pod)))
    expect(finding!.summary).toContain('The node was low on resource: memory')
  })

  test('in a sidecar is told with the field that says so', () => {
    const pod = aPod({
      spec: { initContainers: [aContainer({ name: 'mesh', restartPolicy: 'Always' })] },
      status: { initContainerStatuses: [aStatus({ name: 'mesh', lastState: ended(137, 'OOMKilled') })] },
    })
    expect(find([pod])).toMatchObject([
      { part: 'mesh', evidence: [{ where: 'status.initContainerStatuses[mesh].lastState.terminated' }] },
    ])
  })

  test.each<[string, readonly Fields[]]>([
    ['a process that was killed by its probe', [killed(137, 'Error')]],
    ['one that was killed long after the node was short', [killed(137, 'Error'), systemOom(1_800)]],
    ['one that was killed hours ago and runs since', [killed(137, 'OOMKilled', { secondsAgo: 7_200 })]],
    ['one that ended well', [killed(0, 'Completed')]],
    ['one that was never restarted', [aPod()]],
  ])('says nothing of %s', (_, objects) => {
    expect(find(objects)).toEqual([])
  })
})
