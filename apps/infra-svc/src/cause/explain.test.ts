import { analyse, neededKinds } from '../analyse/analyse.ts'
import { aCase } from '../testing/a-case.ts'
import { ago, aLook } from '../testing/a-look.ts'
import { explain } from './explain.ts'

const node = `
apiVersion: v1
kind: Node
metadata: { name: n1, uid: n1 }
status: { conditions: [{ type: Ready, status: 'False', reason: KubeletNotReady, message: 'container runtime is down', lastTransitionTime: '${ago(600)}' }] }
---`
const workload = (name: string, log: string) => ({
  manifest: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop, uid: ${name} }
spec: { replicas: 1, selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: app, image: web }] } } }
status: { observedGeneration: 1, replicas: 1, readyReplicas: 0 }
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}-1, namespace: shop, uid: Pod-${name}-1, labels: { app: ${name} }, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: ${name}, uid: ${name}, controller: true }] }
spec: { nodeName: n1, containers: [{ name: app, image: web }] }
status:
  phase: Running
  conditions: [{ type: Ready, status: 'False', reason: ContainersNotReady, message: 'containers with unready status: [app]', lastTransitionTime: '${ago(500)}' }]
  containerStatuses: [{ name: app, restartCount: 7, ready: false, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { exitCode: 1, reason: Error, startedAt: '${ago(62)}', finishedAt: '${ago(60)}' } } }]
---`,
  logs: { [`${name}-1`]: [{ container: 'app', isPrevious: true, lines: [log] }] },
})

const payments = workload('payments', 'Error: STRIPE_KEY is not set')
const mute = workload('mute', 'the ravens have left the tower')
const ask = (scope: Parameters<typeof explain>[1]) => {
  const look = aLook(node + payments.manifest + mute.manifest, { ...payments.logs, ...mute.logs })
  const given = { ...look, findings: analyse(look), changes: [], runbooks: [], dependencies: () => [] }
  return explain(given, scope, neededKinds)
}

test('what nothing explains takes nothing from what is explained beside it', () => {
  const { verdict, causes, symptoms, summary } = ask({ kind: 'namespace', namespace: 'shop' })
  expect(verdict).toBe('cause_established')
  expect(causes.filter(({ isEstablished }) => isEstablished).map(({ object }) => object.name)).toContain('payments')
  const unexplained = symptoms.filter(({ isExplained }) => !isExplained).map(({ object }) => object.name)
  expect(new Set(unexplained)).toEqual(new Set(['mute']))
  expect(summary).toMatch(/not explained/)
})

test('the same question has the same answer, and each trouble its own number', () => {
  const scope = { kind: 'namespace', namespace: 'shop' } as const
  expect(JSON.stringify(ask(scope))).toBe(JSON.stringify(ask(scope)))
})

test('where nothing is established it is said where to look on', () => {
  const look = aLook(mute.manifest, mute.logs)
  const given = { ...look, findings: analyse(look), changes: [], runbooks: [], dependencies: () => [] }
  const { verdict, nextStep } = explain(given, { kind: 'namespace', namespace: 'shop' }, neededKinds)
  expect(verdict).toBe('none_established')
  expect(nextStep?.command).toMatch(/^kubectl logs /)
})

test('a cause is shown by the object that it blames first, and mended by what changes that object', () => {
  const { causes } = ask({ kind: 'workload', workload: { kind: 'Deployment', namespace: 'shop', name: 'payments' } })
  const [first] = causes
  expect(first!.evidence[0]).toMatchObject({
    object: { kind: 'Deployment', name: 'payments' },
    where: 'spec.template.spec.containers[app].env[STRIPE_KEY]',
  })
  expect(first!.remedies[0]!.command).toBe('kubectl set env -n shop deployment/payments -c app STRIPE_KEY=<value>')
})

test('a cause is told only how to mend itself, where a finding blames others too', () => {
  const named = ['red', 'blue'].map((name) => ({
    name: name.toUpperCase(),
    valueFrom: { configMapKeyRef: { name, key: 'a' } },
  }))
  const manifest = payments.manifest.replace(
    '{ name: app, image: web }',
    `{ name: app, image: web, env: ${JSON.stringify(named)} }`,
  )
  const look = aLook(manifest)
  const given = { ...look, findings: analyse(look), changes: [], runbooks: [], dependencies: () => [] }
  const { causes } = explain(given, { kind: 'namespace', namespace: 'shop' }, neededKinds)
  const blue = causes.find(({ object }) => object.name === 'blue')!
  expect(blue.remedies[0]!.command).toBe('kubectl create configmap blue -n shop --from-literal=<key>=<value>')
  expect(blue.remedies.map(({ command }) => command).join()).not.toContain('red')
})

test('no command that mends a Secret has more than a name in it', () => {
  const from = { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: 'x; touch pwned', key: 'password' } } }
  const refused = workload('web', 'FATAL: password authentication failed for user "shop"')
  const manifest = refused.manifest.replaceAll(
    '{ name: app, image: web }',
    `{ name: app, image: web, env: [${JSON.stringify(from)}] }`,
  )
  const look = aLook(manifest, refused.logs)
  const given = { ...look, findings: analyse(look), changes: [], runbooks: [], dependencies: () => [] }
  const { causes } = explain(given, { kind: 'namespace', namespace: 'shop' }, neededKinds)
  const secret = causes.find(({ object }) => object.kind === 'Secret')!
  expect(secret.remedies.length).toBeGreaterThan(0)
  expect(JSON.stringify(secret.remedies.map(({ command }) => command))).not.toContain('pwned')
})

test('nothing is said to be well while anything that was looked for could not be read', () => {
  const given = aCase({ findings: [] })
  const unread = [{ what: 'log of Pod shop/web-1', reason: 'it is forbidden' }]
  const withheld = [{ what: 'Secrets', reason: 'they need a tier' }]
  const told = (more: object) => explain({ ...given, ...more }, { kind: 'cluster' }, neededKinds)
  expect(told({ withheld })).toMatchObject({ verdict: 'nothing_wrong', unseen: withheld })
  expect(told({ unread, withheld })).toMatchObject({
    ...{ verdict: 'unknown', unseen: [...unread, ...withheld] },
    summary: expect.stringContaining('not all that matters could be read'),
  })
})
