import { ago } from '../../testing/a-look.ts'
import { aCase, aChange, aWorkload } from '../../testing/a-case.ts'
import type { Change } from '../../change/change.ts'
import { explain } from '../explain.ts'

const owned = (kind: string, name: string) =>
  `ownerReferences: [{ apiVersion: apps/v1, kind: ${kind}, name: ${name}, uid: ${kind}-${name}, controller: true }]`
const pending = (made = 3_600) => `
kind: Node
metadata: { name: n1, labels: { zone: a } }
spec: { taints: [{ key: dedicated, value: ml, effect: NoSchedule }] }
---
kind: Deployment
metadata: { name: web, namespace: shop, creationTimestamp: '${ago(made)}' }
spec: { replicas: 1 }
---
kind: ReplicaSet
metadata: { name: web-1, namespace: shop, ${owned('Deployment', 'web')} }
---
kind: Pod
metadata: { name: web-1-a, namespace: shop, ${owned('ReplicaSet', 'web-1')} }
spec: { SPEC, containers: [{ name: app, image: web }] }
status: { phase: Pending, conditions: [{ type: PodScheduled, status: 'False', reason: Unschedulable, message: '0/1 nodes are available: 1 node(s) had untolerated taint(s).', lastTransitionTime: '${ago(600)}' }] }
---`
const node = { kind: 'Node', namespace: '', name: 'n1' }
const ofNode = (path: string, before: string | null, after: string | null, more: Partial<Change> = {}): Change =>
  aChange(node, { kind: 'node', fields: [{ path, before, after }], ...more })

function firstOf(manifests: string, changes: readonly Change[]) {
  const { causes } = explain(aCase({ manifests, changes }), { kind: 'namespace', namespace: 'shop' }, [])
  return causes[0] && { object: causes[0].object.name, isEstablished: causes[0].isEstablished }
}

describe('a pod that no node takes since a node was changed', () => {
  const labelled = pending().replace('SPEC', 'nodeSelector: { tier: gold }, tolerations: [{ operator: Exists }]')
  const tainted = pending().replace('SPEC', 'nodeSelector: { zone: a }')
  const isNode = { object: 'n1', isEstablished: true }
  const isWeb = { object: 'web', isEstablished: true }

  test('is a matter of that node, and not of what asks for it as before', () => {
    expect(firstOf(labelled, [ofNode('metadata.labels.tier', 'gold', null)])).toEqual(isNode)
    expect(firstOf(tainted, [ofNode('spec.taints', '', 'dedicated=ml:NoSchedule')])).toEqual(isNode)
  })

  test.each<[string, string, readonly Change[]]>([
    ['nothing was changed', labelled, []],
    ['the node would not have taken it before', labelled, [ofNode('metadata.labels.tier', 'silver', null)]],
    [
      'the taint was there before',
      tainted,
      [ofNode('spec.taints', 'dedicated=ml:NoSchedule', 'dedicated=ml:NoSchedule, a=b:NoSchedule')],
    ],
    ['it was changed hours before', labelled, [ofNode('metadata.labels.tier', 'gold', null, { at: 0 })]],
    [
      'the workload was made after that',
      pending(660).replace('SPEC', 'nodeSelector: { tier: gold }'),
      [ofNode('metadata.labels.tier', 'gold', null)],
    ],
    [
      'the workload was rolled out after that',
      labelled,
      [
        ofNode('metadata.labels.tier', 'gold', null),
        aChange(aWorkload('web'), {
          kind: 'rollout',
          at: Date.parse(ago(610)),
          fields: [{ path: 'nodeSelector.tier', before: null, after: 'gold' }],
        }),
      ],
    ],
  ])('is a matter of the workload where %s', (_, manifests, changes) => {
    expect(firstOf(manifests, changes)).toEqual(isWeb)
  })
})

describe('a route that leads nowhere', () => {
  const service = { kind: 'Service', namespace: 'shop', name: 'web' }
  const route = (manifest: string): string => `${manifest}
kind: Ingress
metadata: { name: entry, namespace: shop }
spec: { rules: [{ host: a.example, http: { paths: [{ path: /, backend: { service: { name: web, port: { name: http } } } }] } }] }`
  const served = route(
    `kind: Service\nmetadata: { name: web, namespace: shop }\nspec: { ports: [{ name: web, port: 80 }] }\n---`,
  )

  test('is a matter of the Service that was deleted, or has other ports now', () => {
    const deleted = aChange(service, { kind: 'deleted' })
    const renamed = aChange(service, {
      kind: 'routing',
      fields: [{ path: 'spec.ports', before: 'http:80', after: 'web:80' }],
    })
    expect(firstOf(route(''), [deleted])).toEqual({ object: 'web', isEstablished: true })
    expect(firstOf(served, [renamed])).toEqual({ object: 'web', isEstablished: true })
  })

  test('is a matter of the Ingress where the Service was never so, or the Ingress was changed since', () => {
    const later = aChange({ ...service, kind: 'Ingress', name: 'entry' }, { kind: 'routing', at: Date.parse(ago(30)) })
    expect(firstOf(served, [])).toEqual({ object: 'entry', isEstablished: true })
    expect(firstOf(route(''), [aChange(service, { kind: 'deleted' }), later])).toEqual({
      object: 'entry',
      isEstablished: true,
    })
  })
})
