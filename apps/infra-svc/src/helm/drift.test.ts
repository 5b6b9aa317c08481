import { parse } from 'yaml'
import { driftOf, type Fields } from './drift.ts'

const drift = (manifest: string, live: string) => driftOf(parse(manifest) as Fields, parse(live) as Fields)

const manifest = `
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: 2
  template:
    spec:
      containers:
      - name: app
        image: web:1
        command: [serve]
        env: [{ name: MODE, value: fast }, { name: DB_PASSWORD, value: first }]
        resources: { requests: { cpu: 1000m } }
        volumeMounts: [{ name: data, mountPath: /a }, { name: data, mountPath: /b, readOnly: false }]
`
const live = `
kind: Deployment
metadata: { name: web, uid: u, labels: { app: web, app.kubernetes.io/managed-by: Helm } }
spec:
  replicas: 2
  progressDeadlineSeconds: 600
  template:
    spec:
      containers:
      - { name: injected, image: 'proxy:1' }
      - name: app
        image: web:1
        imagePullPolicy: IfNotPresent
        command: [serve]
        env: [{ name: DB_PASSWORD, value: first }, { name: MODE, value: fast }]
        resources: { requests: { cpu: '1' } }
        volumeMounts: [{ name: data, mountPath: /b }, { name: data, mountPath: /a }]
status: { replicas: 1 }
`

describe('drift', () => {
  test('is none where the cluster only added to what the manifest names', () => {
    expect(drift(manifest, live)).toEqual([])
  })

  test.each([
    ['replicas: 2', 'replicas: 5', 'spec.replicas', '2', '5'],
    ['image: web:1', 'image: web:2', 'spec.template.spec.containers[app].image', 'web:1', 'web:2'],
    ['value: fast', 'value: slow', 'spec.template.spec.containers[app].env[MODE].value', 'fast', 'slow'],
    [
      'value: first',
      'value: second',
      'spec.template.spec.containers[app].env[DB_PASSWORD].value',
      '(hidden)',
      '(hidden)',
    ],
    [`cpu: '1'`, `cpu: '2'`, 'spec.template.spec.containers[app].resources.requests.cpu', '1000m', '2'],
    ['[serve]', '[serve, now]', 'spec.template.spec.containers[app].command', '["serve"]', '["serve","now"]'],
    ['app: web,', '', 'metadata.labels.app', 'web', null],
  ])('of %s to %s is told by its path', (from, to, path, before, after) => {
    expect(drift(manifest, live.replace(from, to))).toEqual([{ path, before, after }])
  })

  test('of a list whose named item is gone tells that it is', () => {
    const without = live.replace(', { name: MODE, value: fast }', '')
    expect(drift(manifest, without)).toEqual([
      { path: 'spec.template.spec.containers[app].env[MODE]', before: 'present', after: null },
    ])
  })

  test('of a Secret tells the keys that differ, never the values', () => {
    const secret = 'kind: Secret\nstringData: { plain: hunter2 }\ndata: { user: bWU=, colour: cmVk }'
    const same = 'kind: Secret\ndata: { plain: aHVudGVyMg==, user: bWU=, colour: cmVk, added: eA== }'
    expect(drift(secret, same)).toEqual([])
    expect(drift(secret, same.replace('cmVk', 'Ymx1ZQ==').replace('plain: aHVudGVyMg==, ', ''))).toEqual([
      { path: 'data.colour', before: '(hidden)', after: '(hidden)' },
      { path: 'data.plain', before: '(hidden)', after: null },
    ])
  })

  describe('of what holds a Secret', () => {
    const copy = (kind: string, password: string) =>
      JSON.stringify({ apiVersion: 'v1', kind, metadata: { name: 'db' }, data: { user: password } })
    const annotated = (kind: string, password: string) => `
kind: ${kind}
metadata:
  annotations: { kubectl.kubernetes.io/last-applied-configuration: ${JSON.stringify(copy(kind, password))}, team: a }
data: { colour: cmVk }
`
    test.each(['Secret', 'SealedSecret', 'ConfigMap', 'Deployment'])(
      'tells nothing of the copy that kubectl keeps of a %s, but that it differs',
      (kind) => {
        expect(drift(annotated(kind, 'aHVudGVyMQ=='), annotated(kind, 'aHVudGVyMg=='))).toEqual([
          {
            path: 'metadata.annotations.kubectl.kubernetes.io/last-applied-configuration',
            before: '(hidden)',
            after: '(hidden)',
          },
        ])
      },
    )

    test.each([
      [
        'an object within another',
        (value: string) => `kind: Object\nspec: { manifest: { kind: Secret, data: { user: ${value} } } }`,
      ],
      ['a list', (value: string) => `kind: Bundle\nitems: [{ kind: Secret, name: a, stringData: { user: ${value} } }]`],
      [
        'the text of a manifest',
        (value: string) => `kind: ConfigMap\ndata: { file: "kind: Secret\\ndata:\\n  user: ${value}" }`,
      ],
    ])('hides what it has in %s', (_, manifestOf) => {
      const found = drift(manifestOf('hunter1'), manifestOf('hunter2'))
      expect(found).toMatchObject([{ before: '(hidden)', after: '(hidden)' }])
      expect(JSON.stringify(found)).not.toContain('hunter')
    })
  })
})
