import { analyse, neededKinds } from '../analyse/analyse.ts'
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
