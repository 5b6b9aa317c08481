import { aView } from '../testing/a-look.ts'
import { manifests } from '../testing/objects.ts'
import { pullIt } from './image.ts'
import { ofImpatientProbe, ofWrongProbe } from './probe.ts'

type Fields = Readonly<Record<string, unknown>>

const owner = { kind: 'Deployment', namespace: 'default', name: 'web' }
const view = (spec: Fields) =>
  aView(manifests({ kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 1, template: { spec } } }))
const app = (fields: Fields) => view({ containers: [{ name: 'app', image: 'web', ...fields }] })
const sidecar = (fields: Fields) =>
  view({ containers: [], initContainers: [{ name: 'app', image: 'web', restartPolicy: 'Always', ...fields }] })
const specIn = (command: string | null | undefined): Fields =>
  JSON.parse(/-p '(.+)'$/.exec(command ?? '')![1]!).spec.template.spec
const https = { path: '/live', port: 8443, scheme: 'HTTPS', host: 'web.example' }
const firstOf = (own: ReturnType<typeof ofWrongProbe>) => own.remedies![0]!.command

test('a startup probe asks as the liveness probe does, by TLS too', () => {
  const { remedies } = ofImpatientProbe(app({ livenessProbe: { httpGet: https } }), owner, 'app', 'liveness')
  expect(specIn(remedies![0]!.command)).toEqual({
    containers: [{ name: 'app', startupProbe: { httpGet: https, periodSeconds: 10, failureThreshold: 30 } }],
  })
})

test('of a probe with headers, which may be secret, no copy is made', () => {
  const httpHeaders = [{ name: 'Authorization', value: 'Bearer hunter2' }]
  const own = ofImpatientProbe(app({ livenessProbe: { httpGet: { ...https, httpHeaders } } }), owner, 'app', 'liveness')
  expect(specIn(firstOf(own))).toEqual({ containers: [{ name: 'app', livenessProbe: { failureThreshold: 30 } }] })
  expect(JSON.stringify(own)).not.toContain('hunter2')
})

test('a sidecar is changed where it is, among those that initialise', () => {
  const live = sidecar({ livenessProbe: { httpGet: https }, ports: [{ containerPort: 8080 }] })
  const commands = [
    firstOf(ofImpatientProbe(live, owner, 'app', 'liveness')),
    firstOf(ofWrongProbe(live, owner, 'app', 'liveness')),
    pullIt(live, owner, 'app')[0]!.command,
  ]
  for (const command of commands) expect(specIn(command)).toEqual({ initContainers: [expect.any(Object)] })
})

test('a probe that runs a program is not given a port', () => {
  const given = app({ livenessProbe: { exec: { command: ['check'] } }, ports: [{ containerPort: 8080 }] })
  expect(firstOf(ofWrongProbe(given, owner, 'app', 'liveness'))).toBe('kubectl edit -n default deployment/web')
})
