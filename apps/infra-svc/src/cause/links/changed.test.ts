import { analyse } from '../../analyse/analyse.ts'
import type { Change } from '../../change/change.ts'
import { ago, aLook, now } from '../../testing/a-look.ts'
import { explain } from '../explain.ts'

const configMap = { kind: 'ConfigMap', namespace: 'default', name: 'web' }
const changedAt = (seconds: number): Change => ({
  ...{ id: 'c1', cluster: 'test', at: now - seconds * 1_000, kind: 'configuration', object: configMap, by: '' },
  ...{ summary: 'ConfigMap default/web was changed: data.a.', fields: [{ path: 'data.a', before: '1', after: '2' }] },
})

/** A pod that has run for an hour without a restart, and is not ready since five minutes. */
const pod = (uses: string) => `
kind: ConfigMap
metadata: { name: web }
---
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { nodeName: n1, containers: [{ name: app, image: web ${uses.startsWith('env') ? `, ${uses}` : ''} }] ${uses.startsWith('vol') ? `, ${uses}` : ''} }
status:
  phase: Running
  startTime: ${ago(3_600)}
  conditions: [{ type: Ready, status: 'False', reason: ContainersNotReady, lastTransitionTime: ${ago(300)} }]
  containerStatuses: [{ name: app, ready: false, restartCount: 0, state: { running: { startedAt: ${ago(3_600)} } } }]
---
kind: Node
metadata: { name: n1 }
status: { conditions: [{ type: Ready, status: 'True' }] }
`
const mounted = 'volumes: [{ name: v, configMap: { name: web } }]'
const inEnvironment = 'envFrom: [{ configMapRef: { name: web } }]'

function causesOf(manifests: string, changes: readonly Change[]) {
  const look = aLook(manifests)
  const open = { ...look, findings: analyse(look), changes, runbooks: [], dependencies: () => [] }
  const { causes, verdict } = explain(open, { kind: 'namespace', namespace: 'default' }, [])
  return { verdict, objects: causes.filter(({ isEstablished }) => isEstablished).map(({ object }) => object) }
}

test('a mounted ConfigMap is read anew without a restart', () => {
  expect(causesOf(pod(mounted), [changedAt(360)])).toEqual({ verdict: 'cause_established', objects: [configMap] })
})

test('a variable of a process that was not restarted is as it was', () => {
  expect(causesOf(pod(inEnvironment), [changedAt(360)])).toEqual({ verdict: 'none_established', objects: [] })
})

test('what was changed after it began, or hours before, brought nothing about', () => {
  for (const seconds of [200, 4 * 3_600]) {
    expect(causesOf(pod(mounted), [changedAt(seconds)])).toEqual({ verdict: 'none_established', objects: [] })
  }
})

test('a rollout is not the cause where the node took the pods with it', () => {
  const owned = (kind: string, name: string) =>
    `ownerReferences: [{ kind: ${kind}, name: ${name}, uid: ${kind}-${name}, controller: true }]`
  const annotations = 'annotations: { deployment.kubernetes.io/revision: "2" }'
  const manifests = `
kind: Deployment
metadata: { name: web, ${annotations} }
spec: { replicas: 1, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, image: web }] } } }
---
kind: ReplicaSet
metadata: { name: web-2, ${annotations}, ${owned('Deployment', 'web')} }
---
kind: Pod
metadata: { name: web-2-a, labels: { app: web }, ${owned('ReplicaSet', 'web-2')} }
spec: { nodeName: n1, containers: [{ name: app, image: web }] }
status:
  phase: Running
  conditions: [{ type: Ready, status: 'False', reason: NodeStatusUnknown, lastTransitionTime: ${ago(300)} }]
  containerStatuses: [{ name: app, ready: false, restartCount: 0, state: { running: { startedAt: ${ago(350)} } } }]
---
kind: Node
metadata: { name: n1 }
status: { conditions: [{ type: Ready, status: Unknown, reason: NodeStatusUnknown, lastTransitionTime: ${ago(300)} }] }
`
  const rollout: Change = {
    ...changedAt(360),
    kind: 'rollout',
    object: { kind: 'Deployment', namespace: 'default', name: 'web' },
    fields: [{ path: 'containers[app].env[LEVEL]', before: 'info', after: 'warn' }],
  }
  expect(causesOf(manifests, [rollout]).objects[0]).toEqual({ kind: 'Node', namespace: '', name: 'n1' })
})
