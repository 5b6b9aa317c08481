import { aLook, ago } from '../../testing/a-look.ts'
import { targetPort } from './target-port.ts'

const container = (fields: string, name = 'app') => `{ name: ${name}, image: web, ${fields} }`
const http = 'ports: [{ name: http, containerPort: 8080 }]'

interface PodOptions {
  readonly isReady?: boolean
  readonly volumes?: string
  readonly containers?: string
  readonly runsFor?: number
  readonly restarts?: number
}

const aPod = (
  name: string,
  { isReady = true, containers = container(http), volumes = '', runsFor = 700, restarts = 0 }: PodOptions = {},
) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { containers: [${containers}], volumes: [${volumes}] }
status:
  phase: Running
  podIP: 10.1.0.7
  conditions: [{ type: Ready, status: '${isReady ? 'True' : 'False'}', lastTransitionTime: '${ago(600)}' }]
  containerStatuses: [{ name: app, ready: ${isReady}, restartCount: ${restarts}, state: { running: { startedAt: '${ago(runsFor)}' } } }]
---`
const aService = (ports: string, { name = 'web', ip = '10.96.0.9' } = {}) => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { clusterIP: ${ip}, selector: { app: web }, ports: [${ports}] }
---`
const to = (target: number | string, port = 80, name = '') =>
  `{ ${name && `name: ${name}, `}port: ${port}, targetPort: ${target} }`
const said = (...lines: readonly string[]) => [{ container: 'app', isPrevious: false, lines }]
const find = (manifests: string, logs = {}) => [...targetPort.find(aLook(manifests, logs))]

const certificate = `
apiVersion: v1
kind: Secret
metadata: { name: web-tls, namespace: shop }
type: kubernetes.io/tls
data: { tls.crt: '', tls.key: '' }
---`
const aConfigMap = (key: string) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: web, namespace: shop }
data: { ${key}: x }
---`

const blamed = { severity: 'critical', reason: 'TargetPortMismatch', blames: [{ strength: 'direct' }] }
const told = { severity: 'info', reason: 'TargetPortUndeclared', blames: [] }

test('a name that no pod declares is to blame as it stands, and quotes what was read', () => {
  const [finding] = find(aService(to('https')) + aPod('web'))
  expect(finding).toMatchObject({ ...blamed, object: { kind: 'Service', name: 'web' } })
  expect(finding!.evidence).toMatchObject([
    { object: { kind: 'Service' }, where: 'spec.ports[80].targetPort', quote: 'https' },
    { object: { kind: 'Pod', name: 'web' }, where: 'spec.containers[app].ports', quote: 'http 8080' },
  ])
})

describe('a number that no pod declares is to blame where another port is evidently meant', () => {
  const two = container('ports: [{ name: http, containerPort: 8080 }, { name: metrics, containerPort: 9100 }]')
  test.each<[string, string, readonly number[]]>([
    ['the only one, to which nobody leads', aService(to(9090)) + aPod('web'), [8080]],
    ['that which is no port beside', aService(to(9090)) + aPod('web', { containers: two }), [8080]],
    [
      'that of the same name, though another Service leads there',
      aService(to(9090, 80, 'http')) + aService(to(8080), { name: 'other' }) + aPod('web'),
      [8080],
    ],
    ['that of the same number', aService(to(9090, 8080)) + aService(to(8080), { name: 'other' }) + aPod('web'), [8080]],
    [
      'one that is only resolved by name',
      aService(to(9090)) + aService(to(8080), { name: 'o', ip: 'None' }) + aPod('web'),
      [8080],
    ],
    ...[
      ['env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }]', ''],
      ['volumeMounts: [{ name: tls, mountPath: /tls }]', '{ name: tls, secret: { secretName: web-tls } }'],
      ['volumeMounts: [{ name: tmp, mountPath: /tmp }]', '{ name: tmp, emptyDir: {} }'],
      ['volumeMounts: [{ name: kube-api-access-x, mountPath: /var/run/secrets }]', ''],
      ["args: ['--timeout=19090', '--db=$(DB_PASSWORD)']", ''],
    ].map(([given, volumes]): [string, string, readonly number[]] => [
      `the only one, of a process that is given ${given}`,
      aService(to(9090)) + aPod('web', { containers: container(`${http}, ${given}`), volumes }) + certificate,
      [8080],
    ]),
    [
      'the only one, of a process that is told of such a port elsewhere',
      aService(to(9090)) +
        aPod('web', { containers: container(`${http}, env: [{ name: API, value: 'http://api:9090' }]`) }),
      [8080],
    ],
  ])('%s', (_, manifests, ports) => {
    const [finding, ...others] = find(manifests)
    expect(others).toEqual([])
    expect(finding).toMatchObject(blamed)
    const titles = finding!.blames[0]!.remedies!.map(({ title }) => title)
    expect(titles).toEqual(
      ports.map(
        (port) =>
          `Send its port ${finding!.part === '80' || finding!.part === 'http' ? 80 : 8080} to port ${port} of the pods`,
      ),
    )
  })
})

describe('a number that no pod declares is only told', () => {
  const beside = aService(`${to(8080, 80, 'http')}, ${to(9090, 9000, 'side')}`)
  test.each<[string, string]>([
    ['beside a port that they declare', beside + aPod('web')],
    [
      'where another Service leads to what they declare',
      aService(to(9090)) + aService(to(8080), { name: 'other' }) + aPod('web'),
    ],
    [
      'where they declare only a port beside',
      aService(to(9090)) + aPod('web', { containers: container('ports: [{ name: metrics, containerPort: 9100 }]') }),
    ],
    ['where it is for a port beside', aService(to(9090, 9090, 'metrics')) + aPod('web')],
    [
      'where another container declares none',
      aService(to(9090)) + aPod('web', { containers: `${container(http)}, ${container('', 'proxy')}` }),
    ],
    [
      'where the process is told to listen there',
      aService(to(9090)) + aPod('web', { containers: container(`${http}, args: ['--listen=:9090']`) }),
    ],
    [
      'where its environment names it',
      aService(to(9090)) + aPod('web', { containers: container(`${http}, env: [{ name: PORT, value: '9090' }]`) }),
    ],
    ...[
      `env: [{ name: ASPNETCORE_URLS, value: 'http://+:9090' }]`,
      `env: [{ name: BIND, value: 'tcp://0.0.0.0:9090' }]`,
      `env: [{ name: HTTP_PORT, valueFrom: { configMapKeyRef: { name: web, key: port } } }]`,
      `env: [{ name: SETTINGS, value: '{"server":{"port":9090}}' }]`,
      `args: [runserver, '0:9090']`,
      `args: ['-p9090']`,
      `args: ["--bind='0.0.0.0:9090'"]`,
    ].map((env): [string, string] => [
      `where ${env}`,
      aService(to(9090)) + aPod('web', { containers: container(`${http}, ${env}`) }),
    ]),
    [
      'where all variables are taken of a ConfigMap that has one for it',
      aService(to(9090)) +
        aPod('web', { containers: container(`${http}, envFrom: [{ configMapRef: { name: web } }]`) }) +
        aConfigMap('PORT'),
    ],
    ['by a Service without an address', aService(to(9090), { ip: 'None' }) + aPod('web')],
  ])('%s', (_, manifests) => {
    const found = find(manifests)
    expect(found).toMatchObject([told])
    expect(found[0]!.summary).toContain('was not observed')
  })
})

describe('a number that no pod declares may be to blame where another is meant, and where to listen is told', () => {
  const mounted = 'volumeMounts: [{ name: v, mountPath: /etc/nginx/conf.d }]'
  const from = (name: string): string =>
    `env: [{ name: ${name}, valueFrom: { configMapKeyRef: { name: web, key: a } } }]`
  const filled =
    '{ name: fill, image: fill, ports: [{ containerPort: 1 }], volumeMounts: [{ name: v, mountPath: /v }] }'
  test.each<[string, string, string?, string?]>([
    ['by a ConfigMap that is mounted', mounted, '{ name: v, configMap: { name: web } }', aConfigMap('default.conf')],
    ['by a Secret that cannot be read', mounted, '{ name: v, secret: { secretName: settings } }'],
    [
      'by one of several in a volume',
      mounted,
      '{ name: v, projected: { sources: [{ secret: { name: web-tls } }, { configMap: { name: web } }] } }',
      certificate + aConfigMap('app.yaml'),
    ],
    ['by a claim', mounted, '{ name: v, persistentVolumeClaim: { claimName: web } }'],
    ['by what another container writes', `${mounted} }, ${filled.slice(0, -2)}`, '{ name: v, emptyDir: {} }'],
    ['by a volume that is not known', mounted],
    ['by a file', "args: ['-c', '/etc/web.toml']"],
    ['by a file that a variable names', "env: [{ name: WEB, value: '/etc/web.yml' }]"],
    ['by settings', "command: [web, '--config', /etc/web]"],
    ['by all variables of a ConfigMap', 'envFrom: [{ configMapRef: { name: web } }]', '', aConfigMap('LEVEL')],
    ['by all variables of a Secret that cannot be read', 'envFrom: [{ secretRef: { name: web } }]'],
    ['by a variable of options', from('JAVA_OPTS')],
    ['by a variable of an address', from('SITE_URL')],
    ['by a variable within an argument', `args: ['--port', '$(WEB)'], ${from('WEB')}`],
    ['by a variable within another', `${from('WEB').replace('[', '[{ name: PORT, value: $(WEB) }, ')}`],
  ])('%s', (_, given, volumes = '', more = '') => {
    const found = find(aService(to(9090)) + aPod('web', { containers: container(`${http}, ${given}`), volumes }) + more)
    expect(found).toMatchObject([
      { severity: 'warning', reason: 'TargetPortUndeclared', blames: [{ strength: 'inferred' }] },
    ])
    expect(found[0]!.blames[0]!.remedies!.map(({ title }) => title)).toContain(
      'Send its port 80 to port 8080 of the pods',
    )
  })
})

describe.each([
  ['nobody declares a port', aService(to(9090)) + aPod('web', { containers: container('') })],
  [
    'the kubelet asks there and is answered',
    aService(to(9090)) +
      aPod('web', { containers: container(`${http}, readinessProbe: { tcpSocket: { port: 9090 } }`) }),
  ],
  [
    'it asked there until the process had started',
    aService(to(9090)) + aPod('web', { containers: container(`${http}, startupProbe: { tcpSocket: { port: 9090 } }`) }),
  ],
  [
    'it asked there until the process had started, which is not ready',
    aService(to(9090)) +
      aPod('web', {
        isReady: false,
        containers: container(`${http}, startupProbe: { tcpSocket: { port: 9090 } }`),
      }).replace('restartCount', 'started: true, restartCount'),
  ],
  [
    'it asks there whether a process is alive that is not ready, and has begun anew long ago',
    aService(to(9090)) +
      aPod('web', {
        ...{ isReady: false, restarts: 2 },
        containers: container(`${http}, livenessProbe: { tcpSocket: { port: 9090 } }`),
      }),
  ],
  [
    'it asks there whether a process is alive that never began anew',
    aService(to(9090)) +
      aPod('web', { containers: container(`${http}, livenessProbe: { tcpSocket: { port: 9090 } }`) }),
  ],
])('where %s', (_, manifests) => {
  test('nothing is told', () => expect(find(manifests)).toEqual([]))
})

test('that the kubelet asks there tells nothing of a process that it has not yet given up', () => {
  const asked = container(`${http}, livenessProbe: { tcpSocket: { port: 9090 }, initialDelaySeconds: 20 }`)
  const world = (runsFor: number) => aService(to(9090)) + aPod('web', { containers: asked, runsFor, restarts: 4 })
  expect(find(world(59))).toMatchObject([blamed])
  expect(find(world(61))).toEqual([])
})

describe('a number that no pod declares, where nothing else is evident', () => {
  const service = aService(`${to(8080, 80, 'http')}, ${to(9090, 9000, 'side')}`)
  const callers = aPod('caller', { isReady: false })
  const world = service + aPod('web') + callers
  const refused = 'Error: connect ECONNREFUSED web:9000'

  test.each([
    refused,
    'dial tcp 10.96.0.9:9000: connect: connection refused',
    'connect ECONNREFUSED web.shop.svc:9000',
  ])('is to blame where a process that calls it is refused: %s', (line) => {
    const [finding] = find(world, { caller: said(line) })
    expect(finding).toMatchObject({ ...blamed, object: { kind: 'Service', name: 'web' }, part: 'side' })
    expect(finding!.evidence).toContainEqual(expect.objectContaining({ kind: 'log', quote: line }))
  })

  test.each<[string, string, object]>([
    ['another port is refused', world, { caller: said('Error: connect ECONNREFUSED web:81') }],
    ['another host is refused', world, { caller: said('Error: connect ECONNREFUSED db:9000') }],
    ['it is too late, and not refused', world, { caller: said('Error: connect ETIMEDOUT web:9000') }],
    ['the caller is ready by now', service + aPod('web') + aPod('caller'), { caller: said(refused) }],
    ['no pod is ready', service + aPod('web', { isReady: false }) + callers, { caller: said(refused) }],
  ])('is only told where %s', (_, manifests, logs) => {
    expect(find(manifests, logs)).toMatchObject([told])
  })

  /** The caller as its container stands. */
  const calling = (state: string) =>
    world.replace(/(metadata: { name: caller.*[^]*?restartCount: 0, )state: .*/, `$1${state} }]`)
  const ended = (from: number, to: number) =>
    `{ terminated: { exitCode: 1, startedAt: '${ago(from)}', finishedAt: '${ago(to)}' } }`
  const running = (from: number) => `state: { running: { startedAt: '${ago(from)}' } }`
  const inBackOff = 'state: { waiting: { reason: CrashLoopBackOff } }'

  test.each([true, false])(
    'counts what a run said that ended after the pods were ready, and not before',
    (isPrevious) => {
      const logs = { caller: [{ container: 'app', isPrevious, lines: [refused] }] }
      const state = (secondsAgo: number) => `${inBackOff}, lastState: ${ended(secondsAgo + 20, secondsAgo)}`
      expect(find(calling(state(550)), logs)).toMatchObject([blamed])
      expect(find(calling(state(650)), logs)).toMatchObject([told])
    },
  )

  test('counts from when a run began where it may have been refused at any time of it', () => {
    const logs = { caller: said(refused, 'ready check: cache is warming') }
    expect(find(calling(running(550)), logs)).toMatchObject([blamed])
    expect(find(calling(running(598)), logs)).toMatchObject([told])
    expect(find(calling(running(3_000)), logs)).toMatchObject([told])
    expect(find(calling(running(3_000)), { caller: said(refused) })).toMatchObject([blamed])
    expect(find(calling(running(550)), { caller: said(refused, 'connected to web:9000') })).toMatchObject([told])
  })

  test('counts no more once the next run goes on for longer, and not of a process that did what it was there for', () => {
    const logs = { caller: [{ container: 'app', isPrevious: true, lines: [refused] }, ...said('started')] }
    const state = (secondsAgo: number) => calling(`${running(secondsAgo)}, lastState: ${ended(330, 300)}`)
    expect(find(state(20), logs)).toMatchObject([blamed])
    expect(find(state(40), logs)).toMatchObject([told])
    const done = calling(running(20)).replace(/(name: caller[^]*?phase: )Running/, '$1Succeeded')
    expect(find(done, { caller: said(refused) })).toMatchObject([told])
  })

  test('counts only since the Service is as it is', () => {
    const written = (secondsAgo: number) =>
      calling(running(500)).replace(
        'metadata: { name: web, namespace: shop }\nspec: { clusterIP',
        `metadata: { name: web, namespace: shop, managedFields: [{ manager: kubectl, time: '${ago(secondsAgo)}', fieldsV1: { 'f:spec': {} } }] }\nspec: { clusterIP`,
      )
    const logs = { caller: said(refused, 'x') }
    expect(find(written(550), logs)).toMatchObject([blamed])
    expect(find(written(450), logs)).toMatchObject([told])
  })

  test('is told of by its short name in its own namespace alone', () => {
    const elsewhere = world.replace('{ name: caller, namespace: shop', '{ name: caller, namespace: other')
    expect(find(elsewhere, { caller: said(refused) })).toMatchObject([told])
    expect(find(elsewhere, { caller: said('Error: connect ECONNREFUSED web.shop:9000') })).toMatchObject([blamed])
  })

  test('is to blame where an ingress controller was refused there of late', () => {
    const line = (port: number, { secondsAgo = 60, address = '10.1.0.7' } = {}) => {
      const at = ago(secondsAgo).slice(0, 19).replace('T', ' ').replaceAll('-', '/')
      return `${at} [error] 30#30: *1 connect() failed (111: Connection refused) while connecting to upstream, host: "shop.example", upstream: "http://${address}:${port}/"`
    }
    const ingress = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec: { ingressClassName: nginx, rules: [{ host: shop.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 9000 } } } }] } }] }
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: nginx }
spec: { controller: k8s.io/ingress-nginx }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: nginx, namespace: ingress-nginx }
spec: { selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b, app.kubernetes.io/name: ingress-nginx } }, spec: { containers: [] } } }
---
apiVersion: v1
kind: Pod
metadata: { name: nginx, namespace: ingress-nginx, labels: { a: b }, ownerReferences: [{ kind: DaemonSet, name: nginx, uid: DaemonSet-nginx, controller: true }] }
spec: { containers: [{ name: controller, image: 'registry.k8s.io/ingress-nginx/controller:v1.11.3' }] }
status: { phase: Running }
---`
    const logged = (...given: Parameters<typeof line>) => ({
      nginx: [{ container: 'controller', isPrevious: false, lines: [line(...given)] }],
    })
    expect(find(world + ingress, logged(9090))).toMatchObject([blamed])
    expect(find(world + ingress, logged(8080))).toMatchObject([told])
    expect(find(world + ingress, logged(9090, { address: '10.1.0.8' }))).toMatchObject([told])
    // Before the pod was ready, and longer ago than tells of now.
    expect(find(world + ingress, logged(9090, { secondsAgo: 598 }))).toMatchObject([told])
    const readyForLong = world.replace(ago(600), ago(6_000))
    expect(find(readyForLong + ingress, logged(9090, { secondsAgo: 598 }))).toMatchObject([blamed])
    expect(find(readyForLong + ingress, logged(9090, { secondsAgo: 1_000 }))).toMatchObject([told])
  })

  describe('and that the kubelet asks', () => {
    const event = (port: number, secondsAgo: number) => `
apiVersion: v1
kind: Event
metadata: { name: probe, namespace: shop }
involvedObject: { kind: Pod, namespace: shop, name: web, uid: Pod-web, fieldPath: 'spec.containers{app}' }
reason: Unhealthy
message: 'Readiness probe failed: dial tcp 10.1.0.7:${port}: connect: connection refused'
lastTimestamp: '${ago(secondsAgo)}'
---`
    const down = (options: PodOptions = {}) => service + aPod('web', { isReady: false, ...options })

    test('is to blame where a process that runs refuses', () => {
      expect(find(down() + event(9090, 20))).toMatchObject([blamed])
    })

    test.each<[string, string]>([
      ['it refuses at another port', down() + event(8081, 20)],
      ['it has only begun', down({ runsFor: 50 }) + event(9090, 20)],
      ['it was refused long ago', down({ runsFor: 7_000 }) + event(9090, 1_000)],
      ['it ends again and again', down({ restarts: 3 }) + event(9090, 20)],
    ])('is only told where %s', (_, manifests) => {
      expect(find(manifests)).toMatchObject([told])
    })
  })
})
