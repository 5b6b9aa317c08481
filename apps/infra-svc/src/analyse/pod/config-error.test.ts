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
import { configError } from './config-error.ts'

type Fields = Readonly<Record<string, unknown>>

const podWith = (status: Fields, spec: Fields = {}, metadata: Fields = {}) =>
  aPod({ metadata, spec, status: { phase: 'Pending', conditions: [notReady], containerStatuses: [aStatus(status)] } })
const refused = (reason: string, message: string) => podWith({ ready: false, ...waiting(reason, message) })
const find = (...objects: readonly Fields[]) => [...configError.find(aLook(manifests(...web, ...objects)))]

const notFound = (command: string): string =>
  `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "${command}": executable file not found in $PATH: unknown`

describe('a container that cannot be made', () => {
  test.each<[string, object, string]>([
    [
      "couldn't find key url in ConfigMap default/settings",
      { kind: 'ConfigMap', namespace: 'default', name: 'settings' },
      'it has no key url',
    ],
    [
      "couldn't find key password in Secret default/db.login",
      { kind: 'Secret', namespace: 'default', name: 'db.login' },
      'it has no key password',
    ],
    ['configmap "settings" not found', { kind: 'ConfigMap', namespace: 'default', name: 'settings' }, 'does not exist'],
    ['secret "login" not found', { kind: 'Secret', namespace: 'default', name: 'login' }, 'does not exist'],
    [
      'container has runAsNonRoot and image will run as root (pod: "web-1_default(Pod-web-1)", container: app)',
      theWorkload,
      'its security context and its image do not go together',
    ],
    [
      'failed to prepare subPath for volumeMount "config" of container "app"',
      theWorkload,
      'its container app mounts something',
    ],
    [
      'container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root',
      theWorkload,
      'its security context',
    ],
  ])('blames what it is to be made of: %s', (message, object, because) => {
    const [finding] = find(refused('CreateContainerConfigError', message))
    expect(finding).toMatchObject({
      ...{ rule: 'pod-config-error', severity: 'critical', reason: 'CreateContainerConfigError', part: 'app' },
      summary: `Container app cannot be made: ${message}.`,
      evidence: [
        {
          where: 'status.containerStatuses[app].state.waiting',
          quote: `CreateContainerConfigError: ${message}`,
        },
      ],
      blames: [{ object, because: expect.stringContaining(because), strength: 'direct' }],
    })
  })

  test('is blamed on nobody where the kubelet does not say what is wrong', () => {
    const [finding] = find(podWith({ ready: false, state: { waiting: { reason: 'CreateContainerConfigError' } } }))
    expect(finding).toMatchObject({
      summary: 'Container app cannot be made: the runtime does not say why.',
      blames: [],
    })
  })

  test('in an init container is told with its own field', () => {
    const message = 'secret "login" not found'
    const pod = aPod({
      spec: { initContainers: [aContainer({ name: 'seed' })] },
      status: {
        phase: 'Pending',
        initContainerStatuses: [aStatus({ name: 'seed', ...waiting('CreateContainerConfigError', message) })],
        containerStatuses: [aStatus(waiting('PodInitializing'))],
      },
    })
    expect(find(pod)).toMatchObject([
      { part: 'seed', evidence: [{ where: 'status.initContainerStatuses[seed].state.waiting' }] },
    ])
  })
})

describe('a container that cannot be started', () => {
  test.each(['CreateContainerError', 'RunContainerError'])(
    'as %s is blamed on the command of its workload',
    (reason) => {
      const status = { ready: false, ...waiting(reason, notFound('serve')) }
      const [finding] = find(podWith(status, { containers: [aContainer({ command: ['serve', '--now'] })] }))
      expect(finding).toMatchObject({
        rule: 'pod-container-error',
        blames: [{ object: theWorkload, because: expect.stringContaining('runs serve --now'), strength: 'direct' }],
      })
    },
  )

  test('is told between two tries, by how the last one ended', () => {
    const status = {
      ...{
        ready: false,
        restartCount: 4,
        ...waiting('CrashLoopBackOff', 'back-off 1m20s restarting failed container'),
      },
      lastState: ended(128, 'StartError', { message: notFound('serve') }),
    }
    expect(find(podWith(status))).toMatchObject([
      { reason: 'StartError', evidence: [{ where: 'status.containerStatuses[app].lastState.terminated' }] },
    ])
  })

  test.each<[string, Fields]>([
    ['runs after a first try that failed', podWith({ restartCount: 1, lastState: ended(128, 'StartError') })],
    ['crashes by itself', podWith({ ready: false, ...waiting('CrashLoopBackOff'), lastState: ended(1, 'Error') })],
    ['is being made', refused('ContainerCreating', '')],
    [
      'is of a pod that is being deleted',
      podWith({ ready: false, ...waiting('CreateContainerConfigError') }, {}, { deletionTimestamp: ago(5) }),
    ],
    ['runs', aPod()],
  ])('says nothing of one that %s', (_, pod) => {
    expect(find(pod)).toEqual([])
  })
})
