import type { ClusterModel } from '@akashic/kubernetes'
import type { LogTail } from '../../log/log-lines.ts'
import { ago, aLook } from '../../testing/a-look.ts'
import {
  aContainer,
  aPod,
  aStatus,
  ended,
  manifests,
  notReady,
  theWorkload,
  waiting,
  web,
} from '../../testing/objects.ts'
import { crashLoop } from './crash-loop.ts'

type Fields = Readonly<Record<string, unknown>>

const backOff = waiting(
  'CrashLoopBackOff',
  'back-off 5m0s restarting failed container=app pod=web-1_default(Pod-web-1)',
)
const crashed = (lastState: Fields, more: Fields = {}) =>
  aStatus({ ready: false, started: false, restartCount: 7, ...backOff, lastState, ...more })
const podWith = (status: Fields, spec: Fields = {}) =>
  aPod({ spec, status: { conditions: [notReady], containerStatuses: [status] } })
const said = (...lines: readonly string[]): Readonly<Record<string, readonly LogTail[]>> => ({
  'web-1': [{ container: 'app', isPrevious: true, lines }],
})
const find = (pod: Fields, logs = {}) => [...crashLoop.find(aLook(manifests(...web, pod), logs))]

describe('a process that ends again and again', () => {
  test('is told with how it ended, and with what it wrote of errors', () => {
    const [finding] = find(podWith(crashed(ended(1, 'Error'))), said('listening', 'ERROR: no luck', '0 errors'))
    expect(finding).toMatchObject({
      rule: 'pod-crash-loop',
      severity: 'critical',
      object: { kind: 'Pod', name: 'web-1' },
      part: 'app',
      reason: 'CrashLoopBackOff',
      summary: 'Container app ends again and again: exit code 1, restarted 7 times.',
      evidence: [
        { where: 'status.containerStatuses[app].lastState.terminated', quote: 'Error, exit code 1' },
        { kind: 'log', where: 'app', quote: 'ERROR: no luck' },
      ],
      blames: [],
    })
    expect(finding!.remedies[0]!.command).toContain('--previous')
  })

  test.each<[number, string, string | null]>([
    [1, 'Error', null],
    [2, 'Error', null],
    [0, 'Completed', null],
    [126, 'Error', 'runs a command that its image cannot execute: exit code 126'],
    [127, 'Error', 'runs a command that its image does not have: exit code 127'],
    [137, 'Error', null],
    [139, 'Error', null],
    [143, 'Error', null],
  ])('exit code %i is told, and blamed on the command where a shell says so by it', (exitCode, reason, because) => {
    const [finding] = find(podWith(crashed(ended(exitCode, reason))))
    expect(finding!.evidence[0]!.quote).toBe(`${reason}, exit code ${exitCode}`)
    const blames = because === null ? [] : [{ object: theWorkload, because: expect.stringContaining(because) }]
    expect(finding!.blames).toMatchObject(blames)
  })

  test.each<[string, Fields]>([
    ['its message is kept', ended(1, 'Error', { message: 'panic: no luck' })],
    ['it was killed by a signal', ended(137, 'Error', { signal: 9 })],
  ])('%s', (_, lastState) => {
    const [finding] = find(podWith(crashed(lastState)))
    const text = JSON.stringify([finding!.summary, finding!.evidence])
    expect(text).toContain('message' in (lastState['terminated'] as Fields) ? 'panic: no luck' : 'killed by signal 9')
  })

  test('is told although the kubelet has forgotten the run before', () => {
    const [finding] = find(podWith(crashed({})))
    expect(finding).toMatchObject({
      summary: 'Container app ends again and again: exit code unknown, restarted 7 times.',
      evidence: [
        { where: 'status.containerStatuses[app].state.waiting' },
        { quote: expect.stringContaining('back-off 5m0s') },
      ],
    })
  })

  test('is told between two waits, once it was restarted a few times', () => {
    const running = { restartCount: 3, state: { running: { startedAt: ago(5) } } }
    expect(find(podWith(crashed(ended(1, 'Error'), running)))).toHaveLength(1)
    expect(find(podWith(crashed(ended(1, 'Error'), { ...running, restartCount: 2 })))).toEqual([])
  })

  test('is told as an init container only where it is one, and not a sidecar', () => {
    const pod = aPod({
      spec: {
        initContainers: [aContainer({ name: 'seed' }), aContainer({ name: 'mesh', restartPolicy: 'Always' })],
      },
      status: {
        phase: 'Pending',
        initContainerStatuses: [
          crashed(ended(1, 'Error'), { name: 'seed' }),
          crashed(ended(1, 'Error'), { name: 'mesh' }),
        ],
        containerStatuses: [aStatus({ ready: false, ...waiting('PodInitializing') })],
      },
    })
    const [seed, mesh] = find(pod)
    expect(seed).toMatchObject({
      summary: expect.stringMatching(/^Init container seed/),
      evidence: [{ where: 'status.initContainerStatuses[seed].lastState.terminated' }],
    })
    expect(mesh!.summary).toMatch(/^Container mesh/)
  })

  test('only the container that crashes is told, and only its own words are read', () => {
    const pod = aPod({
      spec: { containers: [aContainer(), aContainer({ name: 'proxy' })] },
      status: { containerStatuses: [crashed(ended(1, 'Error')), aStatus({ name: 'proxy' })] },
    })
    const tails = { 'web-1': [{ container: 'proxy', isPrevious: false, lines: ['ERROR: of another'] }] }
    expect(find(pod, tails).map(({ part, evidence }) => [part, evidence.length])).toEqual([['app', 1]])
  })
})

describe('the words of a process that crashes', () => {
  const env = (...variables: readonly Fields[]) => ({ containers: [aContainer({ env: variables })] })
  const configMap = { kind: 'ConfigMap', namespace: 'default', name: 'settings' }
  const secret = { kind: 'Secret', namespace: 'default', name: 'keys' }
  const ref = (kind: string, name: string, key: string) => ({ valueFrom: { [kind]: { name, key } } })

  test.each<[string, Fields, object]>([
    ['the workload that sets it', env({ name: 'PORT', value: 'http' }), theWorkload],
    ['the ConfigMap that gives it', env({ name: 'PORT', ...ref('configMapKeyRef', 'settings', 'port') }), configMap],
    ['the Secret that gives it', env({ name: 'PORT', ...ref('secretKeyRef', 'keys', 'port') }), secret],
    [
      'the ConfigMap that is taken whole',
      { containers: [aContainer({ envFrom: [{ configMapRef: { name: 'settings' } }] })] },
      configMap,
    ],
    ['the workload that sets it not', {}, theWorkload],
  ])('blame for a variable %s', (_, spec, object) => {
    const pod = podWith(crashed(ended(1, 'Error')), spec)
    const [finding] = find(pod, said('Error: Invalid value for environment variable PORT'))
    expect(finding!.blames).toMatchObject([{ object, strength: 'direct' }])
  })

  const whole = (...names: readonly string[]) => ({
    containers: [aContainer({ envFrom: names.map((name) => ({ secretRef: { name } })) })],
  })
  test.each<[string, Fields, Fields, string, string]>([
    ['that has it', whole('keys'), { PORT: 'aHR0cA==' }, 'its key PORT gives', 'direct'],
    ['that has it not', whole('keys'), {}, 'does not give container app the PORT', 'direct'],
    ['that has only what every object has', whole('keys'), { toString: 'eA==' }, 'does not give', 'direct'],
  ])('blame for a variable a Secret that is taken whole, %s', (_, spec, data, because, strength) => {
    const objects = [
      ...web,
      podWith(crashed(ended(1, 'Error')), spec),
      { kind: 'Secret', metadata: { name: 'keys' }, data },
    ]
    const [finding] = [...crashLoop.find(aLook(manifests(...objects), said('Error: Missing required variable PORT')))]
    expect(finding!.blames).toMatchObject([{ object: secret, because: expect.stringContaining(because), strength }])
  })

  test.each<[string, Fields, string]>([
    ['what may give it', whole('keys'), 'direct'],
    ['one of several that may', whole('keys', 'others'), 'inferred'],
  ])('do not say of a Secret that may not be read that it lacks a variable, but blame %s', (_, spec, strength) => {
    const look = aLook(
      manifests(...web, podWith(crashed(ended(1, 'Error')), spec)),
      said('Error: Invalid value for PORT'),
    )
    ;(look.view as ClusterModel).setFreshness('Secret', {
      ...{ state: 'unknown', reason: 'forbidden', missingPermission: 'list secrets' },
    })
    const [finding] = [...crashLoop.find(look)]
    expect(finding!.blames).toMatchObject([
      { object: secret, because: expect.stringContaining('could not be read'), strength },
    ])
  })

  test('blame nobody for a name that they only mention', () => {
    expect(find(podWith(crashed(ended(1, 'Error'))), said('PORT scanned'))[0]!.blames).toEqual([])
  })

  test('blame the workload for its migration in an init container, and not where a database cannot be reached', () => {
    const pod = aPod({
      spec: { initContainers: [aContainer({ name: 'app', command: ['migrate'] })] },
      status: { phase: 'Pending', initContainerStatuses: [crashed(ended(1, 'Error'))], containerStatuses: [] },
    })
    const failed = 'Migration 20260101_users failed: column exists'
    expect(find(pod, said(failed))[0]!.blames).toMatchObject([{ object: theWorkload }])
    expect(find(pod, said('Error: connect ECONNREFUSED 10.0.0.1:5432', failed))[0]!.blames).toEqual([])
  })
})

describe('a process that only looks as if it crashed', () => {
  const done = ended(0, 'Completed')
  test.each<[string, Fields]>([
    [
      'a container that ended well and is not to run again',
      podWith(aStatus({ state: done }), { restartPolicy: 'Never' }),
    ],
    [
      'a pod that is done, and whose sidecar was then ended',
      aPod({
        spec: { restartPolicy: 'Never', initContainers: [aContainer({ name: 'mesh', restartPolicy: 'Always' })] },
        status: {
          phase: 'Succeeded',
          initContainerStatuses: [aStatus({ name: 'mesh', state: ended(143, 'Error') })],
          containerStatuses: [aStatus({ state: done })],
        },
      }),
    ],
    [
      'a pod that was evicted',
      aPod({
        status: { phase: 'Failed', reason: 'Evicted', containerStatuses: [aStatus({ state: ended(137, 'Error') })] },
      }),
    ],
    [
      'a pod that its node ended when it was shut down',
      aPod({
        spec: { restartPolicy: 'Never' },
        status: { phase: 'Failed', reason: 'Terminated', containerStatuses: [aStatus({ state: ended(143, 'Error') })] },
      }),
    ],
    [
      'a pod that is being deleted',
      aPod({ metadata: { deletionTimestamp: ago(5) }, status: { containerStatuses: [crashed(ended(143, 'Error'))] } }),
    ],
    [
      'one that runs since long',
      podWith(aStatus({ restartCount: 9, lastState: ended(1, 'Error', {}, { secondsAgo: 3_600 }) })),
    ],
    ['one that was killed for memory, which is told by itself', podWith(crashed(ended(137, 'OOMKilled')))],
    ['one whose program cannot be started, which is told by itself', podWith(crashed(ended(128, 'StartError')))],
    [
      'a debugging container that was left',
      aPod({ status: { ephemeralContainerStatuses: [aStatus({ name: 'debug', state: done })] } }),
    ],
    [
      'a pod of which the kubelet has said nothing yet',
      aPod({ status: { phase: 'Pending', containerStatuses: undefined } }),
    ],
  ])('says nothing of %s', (_, pod) => {
    expect(find(pod)).toEqual([])
  })
})
