import { analyse, neededKinds } from '../../analyse/analyse.ts'
import type { GroupedFinding } from '../../finding/group-findings.ts'
import { aCase, aFinding, aWorkload } from '../../testing/a-case.ts'
import { ago } from '../../testing/a-look.ts'
import { explain } from '../explain.ts'

const killed = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, uid: web }
spec: { replicas: 1, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, image: web, resources: { limits: { memory: 128Mi } } }] } } }
status: { observedGeneration: 1, replicas: 1, readyReplicas: 0 }
---
apiVersion: v1
kind: Pod
metadata: { name: web-1, namespace: shop, uid: Pod-web-1, labels: { app: web }, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: web, controller: true }] }
spec: { nodeName: n1, containers: [{ name: app, image: web, resources: { limits: { memory: 128Mi } } }] }
status:
  phase: Running
  conditions: [{ type: Ready, status: 'False', reason: ContainersNotReady, lastTransitionTime: '${ago(500)}' }]
  containerStatuses: [{ name: app, restartCount: 4, ready: false, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { exitCode: 137, reason: OOMKilled, startedAt: '${ago(900)}', finishedAt: '${ago(60)}' } } }]
`
const object = aWorkload('web')
const leak = (changed: Partial<GroupedFinding> = {}): GroupedFinding =>
  aFinding({
    ...{
      object,
      rule: 'memory-leak',
      part: 'app',
      reason: 'MemoryLeak',
      severity: 'warning',
      cluster: 'component/web',
    },
    ...{ summary: 'Container app of web-1 leaks memory.', since: null },
    blames: [{ object, because: 'its container app leaks memory', strength: 'direct' }],
    ...changed,
  })
const why = (other: readonly GroupedFinding[]) => {
  const { view, now, logs } = aCase({ manifests: killed })
  const findings = [...analyse({ view, now, logs }), ...other]
  return explain(aCase({ manifests: killed, findings }), { kind: 'workload', workload: object }, neededKinds)
}

test('a leak explains the pods that are killed for memory, and not their limit', () => {
  const { verdict, causes } = why([leak()])
  expect(verdict).toBe('cause_established')
  expect(causes[0]).toMatchObject({ object, because: 'its container app leaks memory' })
  expect(JSON.stringify(causes[0]!.chain)).toContain('its memory grows until it runs out')
})

test.each([
  ['nothing that leaks', []],
  ['a leak of another container', [leak({ part: 'proxy' })]],
  ['a leak that fills the limit in days', [leak({ severity: 'info' })]],
  ['high memory that is no leak', [leak({ rule: 'memory-high', reason: 'HighMemory' })]],
])('with %s it is the limit', (_, other) => {
  const { verdict, causes } = why(other)
  expect(verdict).toBe('cause_established')
  expect(causes[0]!.because).toContain('needs more than its memory limit of 128Mi')
})
