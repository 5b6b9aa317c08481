import { ago, aLook } from '../../testing/a-look.ts'
import {
  aContainer,
  anEvent,
  aPod,
  aStatus,
  ended,
  manifests,
  notReady,
  theWorkload,
  web,
} from '../../testing/objects.ts'
import { probeFailing } from './probe-failing.ts'

type Fields = Readonly<Record<string, unknown>>

const get = (fields: Fields = {}) => ({
  httpGet: { path: '/live', port: 8080 },
  failureThreshold: 3,
  periodSeconds: 5,
  ...fields,
})
const probed = {
  containers: [
    aContainer({
      ports: [{ name: 'http', containerPort: 8080 }],
      ...{ livenessProbe: get(), readinessProbe: get(), startupProbe: get({ failureThreshold: 12 }) },
    }),
  ],
}
const refused = 'probe failed: Get "http://10.0.0.1:8080/live": dial tcp 10.0.0.1:8080: connect: connection refused'
const unhealthy = (kind: string, why = refused, told = {}) =>
  anEvent('Unhealthy', `${kind} ${why}`, { container: 'app', count: 4, ...told })
const killing = (kind: string, told = {}) =>
  anEvent('Killing', `Container app failed ${kind} probe, will be restarted`, { container: 'app', ...told })

const unready = (status: Fields = {}, more: Fields = {}) =>
  aPod({
    spec: probed,
    status: { conditions: [notReady], containerStatuses: [aStatus({ ready: false, ...status })], ...more },
  })
const restarted = (took: number) => ({ restartCount: 3, lastState: ended(137, 'Error', {}, { took }) })
const find = (objects: readonly Fields[], logs = {}) => [
  ...probeFailing.find(aLook(manifests(...web, ...objects), logs)),
]

describe('a probe that fails', () => {
  test.each<[string, string, number]>([
    ['Liveness', 'liveness', 15],
    ['Startup', 'startup', 60],
  ])('%s: is blamed where it kills a process before that has started', (said, kind, seconds) => {
    const [finding] = find([unready(restarted(20)), unhealthy(said), killing(kind)])
    expect(finding).toMatchObject({
      ...{ rule: 'pod-probe-failing', severity: 'critical', reason: 'Unhealthy', part: 'app' },
      summary: `The ${kind} probe of container app fails, and the process is killed and started again.`,
      evidence: [
        { kind: 'event', where: 'Unhealthy', quote: `${said} ${refused} (4 times)` },
        { kind: 'event', where: 'Killing' },
        { kind: 'field', where: `spec.containers[app].${kind}Probe`, quote: expect.stringContaining('http 8080/live') },
      ],
      blames: [
        { object: theWorkload, because: expect.stringContaining(`gives the process ${seconds} s`), strength: 'direct' },
      ],
    })
  })

  test('is not blamed for ending a process that had run well for long', () => {
    const [finding] = find([unready(restarted(86_400)), unhealthy('Liveness'), killing('liveness')])
    expect(finding).toMatchObject({ severity: 'critical', blames: [] })
  })

  test('is not blamed where the process waits for others', () => {
    const lines = ['Error: connect ECONNREFUSED 10.0.0.9:5432']
    const logs = { 'web-1': [{ container: 'app', isPrevious: true, lines }] }
    expect(find([unready(restarted(20)), unhealthy('Liveness'), killing('liveness')], logs)[0]!.blames).toEqual([])
  })

  test.each<[string, string, string]>([
    ['Readiness', 'HTTP probe failed with statuscode: 503', 'readiness'],
    ['Liveness', 'HTTP probe failed with statuscode: 500', 'liveness'],
  ])('%s: only tells while it kills nothing', (said, why, kind) => {
    expect(find([unready(), unhealthy(said, why)])).toMatchObject([
      {
        summary: `The ${kind} probe of container app fails: ${said} ${why}.`,
        evidence: [{ where: 'Unhealthy' }, { where: `spec.containers[app].${kind}Probe` }],
        blames: [],
      },
    ])
  })

  test.each<[string, Fields, string, string]>([
    ['a port that nobody offers', get({ httpGet: { path: '/live', port: 9090 } }), refused, 'asks port 9090'],
    ['a login', get(), 'probe failed: HTTP probe failed with statuscode: 401', 'must log in'],
    [
      'TLS of plain HTTP',
      get(),
      'probe failed: Get "https://10.0.0.1:8080/live": http: server gave HTTP response to HTTPS client',
      'speaks TLS',
    ],
    [
      'plain HTTP of TLS',
      get(),
      'probe failed: Get "http://10.0.0.1:8080/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01"',
      'speaks plain HTTP',
    ],
    [
      'a health service that there is not',
      { grpc: { port: 8080 }, failureThreshold: 3 },
      'probe failed: error: this server does not implement the grpc health protocol (grpc.health.v1.Health)',
      'health service of gRPC',
    ],
    [
      'a program that there is not',
      { exec: { command: ['curl'] }, failureThreshold: 3 },
      'probe failed: OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown',
      'runs curl',
    ],
    ['a path that there is not', get(), 'probe failed: HTTP probe failed with statuscode: 404', 'asks for /live'],
  ])('is blamed for %s', (_, readinessProbe, why, because) => {
    const spec = { containers: [aContainer({ ports: [{ containerPort: 8080 }], readinessProbe })] }
    const pod = aPod({ spec, status: { conditions: [notReady], containerStatuses: [aStatus({ ready: false })] } })
    expect(find([pod, unhealthy('Readiness', why)])[0]!.blames).toMatchObject([
      { object: theWorkload, because: expect.stringContaining(because), strength: 'direct' },
    ])
  })

  test('is told although another probe has only begun to fail', () => {
    const events = [
      unhealthy('Readiness', refused, { secondsAgo: 5 }),
      unhealthy('Liveness', refused, { count: 1, secondsAgo: 1 }),
    ]
    expect(find([unready(), ...events])).toMatchObject([{ summary: expect.stringMatching(/^The readiness probe/) }])
  })

  test('is told by the joined events of words that differ', () => {
    const joined = anEvent('Unhealthy', `(combined from similar events): Liveness ${refused}`, {
      container: 'app',
      count: 9,
    })
    expect(find([unready(), joined])).toMatchObject([{ summary: expect.stringMatching(/^The liveness probe/) }])
  })

  test('is worth a warning once the pod is ready again', () => {
    const pod = aPod({ spec: probed, status: { containerStatuses: [aStatus({ restartCount: 1 })] } })
    expect(find([pod, unhealthy('Liveness'), killing('liveness')])).toMatchObject([{ severity: 'warning', blames: [] }])
  })

  test('is told of the container alone that it is about', () => {
    const pod = aPod({
      spec: { containers: [aContainer(), aContainer({ name: 'proxy' })] },
      status: {
        conditions: [notReady],
        containerStatuses: [aStatus({ ready: false }), aStatus({ name: 'proxy', ready: false })],
      },
    })
    expect(find([pod, unhealthy('Readiness')]).map(({ part }) => part)).toEqual(['app'])
  })
})

describe('a probe that fails as every probe does', () => {
  test.each<[string, readonly Fields[]]>([
    ['before the kubelet takes notice', [unready(), unhealthy('Readiness', refused, { count: 2 })]],
    [
      'within the time that a startup probe gives',
      [unready({ started: false }), unhealthy('Startup', refused, { count: 11 })],
    ],
    ['of a pod that is ready and was never restarted', [aPod({ spec: probed }), unhealthy('Readiness')]],
    ['of a container that is ready, beside one that is not', [unready({ ready: true }), unhealthy('Readiness')]],
    ['before the last ten minutes', [unready(), unhealthy('Readiness', refused, { secondsAgo: 700 })]],
    ['of its namesake', [unready(), unhealthy('Readiness', refused, { uid: 'of-another' })]],
    [
      'of a pod that is being deleted',
      [aPod({ metadata: { deletionTimestamp: ago(1) }, status: { conditions: [notReady] } }), unhealthy('Readiness')],
    ],
    [
      'of a pod that was stopped on purpose',
      [unready(), anEvent('Killing', 'Stopping container app', { container: 'app' })],
    ],
  ])('says nothing %s', (_, objects) => {
    expect(find(objects)).toEqual([])
  })

  test('and fails more often than its startup probe lets it is told', () => {
    expect(find([unready({ started: false }), unhealthy('Startup', refused, { count: 12 })])).toHaveLength(1)
  })
})
