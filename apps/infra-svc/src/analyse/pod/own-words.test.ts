import { aLook } from '../../testing/a-look.ts'
import { aContainer, aPod, aStatus, ended, manifests, notReady, theWorkload, waiting } from '../../testing/objects.ts'
import { crashLoop } from './crash-loop.ts'

type Fields = Readonly<Record<string, unknown>>

const volumes = [
  { name: 'config', configMap: { name: 'settings' } },
  { name: 'extra', configMap: { name: 'absent', optional: true } },
  { name: 'data', emptyDir: {} },
]
const volumeMounts = [
  { name: 'config', mountPath: '/etc/app' },
  { name: 'extra', mountPath: '/etc/app/extra/' },
  { name: 'data', mountPath: '/data' },
]
const settings = { kind: 'ConfigMap', metadata: { name: 'settings' }, data: { 'app.yaml': 'a: 1' } }
const isSettings = { kind: 'ConfigMap', namespace: 'default', name: 'settings' }

/** What a container that ends with these words is blamed on, where its template says the same of it as its pod. */
function blamed(lines: readonly string[], container: Fields = {}, spec: Fields = {}, injected: Fields = {}) {
  const inTemplate = aContainer({ volumeMounts, ...container })
  const { containers: beside = [], ...rest } = spec as { containers?: readonly Fields[] }
  const others = injected['isOnlyOfPod'] === true ? [aContainer({ name: 'main' })] : [inTemplate]
  const template = { spec: { volumes, containers: [...others, ...beside], ...rest } }
  const byDeployment = {
    ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'Deployment-web', controller: true }],
  }
  const pod = aPod({
    spec: { volumes, ...rest, containers: [{ ...inTemplate, ...injected }, ...beside] },
    status: {
      conditions: [notReady],
      containerStatuses: [
        aStatus({ ready: false, restartCount: 7, ...waiting('CrashLoopBackOff'), lastState: ended(1, 'Error') }),
      ],
    },
  })
  const look = aLook(
    manifests(
      { kind: 'Deployment', metadata: { name: 'web' }, spec: { template } },
      { kind: 'ReplicaSet', metadata: { name: 'web-5d', ...byDeployment }, spec: { template } },
      ...[pod, settings],
      ...hooks,
    ),
    { 'web-1': [{ container: 'app', isPrevious: true, lines }] },
  )
  return [...crashLoop.find(look)].flatMap(({ blames }) => blames)
}

const hooks: Fields[] = []
const hook = (name: string, labels: Fields = {}): Fields => ({
  kind: 'MutatingWebhookConfiguration',
  metadata: { name },
  webhooks: [
    {
      name: `${name}.example`,
      objectSelector: { matchLabels: labels },
      rules: [{ apiGroups: [''], resources: ['pods'], operations: ['CREATE'] }],
    },
  ],
})
afterEach(() => void hooks.splice(0))

describe('the last words of a process lead to', () => {
  test.each<[string, string, Fields, Fields]>([
    ['an argument', 'flag provided but not defined: -metrics-prot', { args: ['--metrics-prot=1'] }, {}],
    ['an image of another platform', 'exec /app: exec format error', {}, {}],
    ['a low port', 'listen tcp :80: bind: permission denied', {}, {}],
    [
      'a port that a container beside it has',
      'listen EADDRINUSE: address already in use :::80',
      {},
      { containers: [aContainer({ name: 'side' })] },
    ],
    ['a port of the node', 'listen EADDRINUSE: address already in use :::80', {}, { hostNetwork: true }],
    ['a file that its user may not write', "Error: EACCES: permission denied, open '/data/db'", {}, {}],
    [
      'a database',
      'FATAL: database "shopp" does not exist',
      { env: [{ name: 'URL', value: 'postgres://db/shopp?a=b' }] },
      {},
    ],
  ])('the template, for %s', (_, line, container, spec) => {
    expect(blamed([line], container, spec)).toMatchObject([{ object: theWorkload, strength: 'direct' }])
  })

  test.each([
    [
      'a file that a ConfigMap lacks',
      'panic: open /etc/app/b.yaml: no such file or directory',
      isSettings,
      'no key b.yaml',
    ],
    [
      'a file of a ConfigMap that is not there',
      'panic: open /etc/app/extra/c: no such file or directory',
      { ...isSettings, name: 'absent' },
      'does not exist',
    ],
    ['a file that does not parse', 'Error: failed to parse /etc/app/app.yaml: line 1', isSettings, 'cannot use'],
  ])('what is mounted, for %s', (_, line, object, because) => {
    expect(blamed([line])).toMatchObject([{ object, because: expect.stringContaining(because), strength: 'direct' }])
  })

  test.each([
    ['panic: read /etc/app/one.yaml: is a directory'],
    ['Error: EISDIR: illegal operation on a directory, read'],
    ["Error: ENOENT: no such file or directory, open '/etc/app/one.yaml'"],
  ])('the ConfigMap that lacks the key of a file, for %s', (line) => {
    const subPath = (key: string) => ({
      volumeMounts: [{ name: 'config', mountPath: '/etc/app/one.yaml', subPath: key }],
    })
    expect(blamed([line], subPath('other.yaml'))).toMatchObject([{ object: isSettings, strength: 'direct' }])
    expect(blamed([line], subPath('app.yaml'))).toEqual([])
  })

  test('the ConfigMap that names a database, by how its variable is called', () => {
    const env = [{ name: 'DB_NAME', valueFrom: { configMapKeyRef: { name: 'settings', key: 'db' } } }]
    expect(blamed(['FATAL: database "shopp" does not exist'], { env })).toMatchObject([{ object: isSettings }])
  })
})

test.each<[string, readonly string[], Fields]>([
  ['an argument that it was not given', ['unknown flag: --other'], { args: ['--metrics-prot=1'] }],
  ['a port that only its own children can have', ['listen EADDRINUSE: address already in use :::80'], {}],
  ['a high port', ['listen tcp :8080: bind: permission denied'], {}],
  ['a file of its image', ['panic: open /app/a.json: no such file or directory'], {}],
  ['a file that is there', ['panic: open /etc/app/app.yaml: no such file or directory'], {}],
  ['a file of an image that does not parse', ['Error: failed to parse /app/package.json'], {}],
  ['a database that nothing names', ['FATAL: database "shopp" does not exist'], { env: [{ name: 'A', value: 'b' }] }],
  ['what it only remarks', ['WARN open /etc/app/b.yaml: no such file or directory'], {}],
  ['what it complained of before', ['open /etc/app/b.yaml: no such file or directory', 'FATAL: no license'], {}],
  [
    'others, who do not answer',
    ['connect ECONNREFUSED 10.0.0.1:80', 'panic: open /etc/app/b.yaml: no such file or directory'],
    {},
  ],
])('nobody is blamed for %s', (_, lines, container) => {
  expect(blamed(lines, container)).toEqual([])
})

describe('a variable that the template does not set', () => {
  const env = [{ name: 'PROXY_URL', value: 'nonsense' }]
  const complaint = ['Error: PROXY_URL is not valid']

  test('is the one webhook’s that may change the pod', () => {
    hooks.push(hook('proxies'), hook('of-others', { app: 'api' }))
    expect(blamed(complaint, {}, {}, { env })).toMatchObject([
      { object: { kind: 'MutatingWebhookConfiguration', name: 'proxies' }, strength: 'direct' },
    ])
  })

  test('is the webhook’s too where the whole container is, which lacks one', () => {
    hooks.push(hook('meshes'))
    expect(blamed(complaint, {}, {}, { name: 'app', isOnlyOfPod: true })).toMatchObject([
      { object: { kind: 'MutatingWebhookConfiguration', name: 'meshes' }, strength: 'direct' },
    ])
  })

  test('may be that of any of several, or of one that is gone', () => {
    expect(blamed(complaint, {}, {}, { env })).toMatchObject([{ object: theWorkload, strength: 'inferred' }])
    hooks.push(hook('proxies'), hook('meshes'))
    expect(blamed(complaint, {}, {}, { env }).map(({ strength }) => strength)).toEqual(['inferred', 'inferred'])
  })

  test('is the template’s where that sets it, whoever else may change the pod', () => {
    hooks.push(hook('proxies'))
    expect(blamed(complaint, { env })).toMatchObject([{ object: theWorkload, strength: 'direct' }])
  })
})
