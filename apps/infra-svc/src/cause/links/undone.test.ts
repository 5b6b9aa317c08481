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
status: { allocatable: { cpu: '4', pods: '2' } }
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

test('a node of which is not shown what it had is not told to have taken the pods before', () => {
  const tainted = pending().replace('SPEC', 'nodeSelector: { zone: a }')
  const given = 'dedicated=ml:NoSchedule'
  expect(firstOf(tainted, [ofNode('spec.taints', 'token=(hidden)', given)])?.object).toBe('web')
  expect(firstOf(tainted, [ofNode('spec.taints', '', 'token=(hidden)')])?.object).toBe('n1')
  const terms = '[{ matchExpressions: [{ key: zone, operator: NotIn, values: [a] }] }]'
  const averse = pending().replace(
    'SPEC',
    `affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: ${terms} } } }, tolerations: [{ operator: Exists }]`,
  )
  expect(firstOf(averse, [ofNode('metadata.labels.zone', '(hidden)', 'a')])?.object).toBe('web')
  expect(firstOf(averse, [ofNode('metadata.labels.zone', 'b', 'a')])?.object).toBe('n1')
})

describe('room on a node that was changed', () => {
  const tainted = [ofNode('spec.taints', '', 'dedicated=ml:NoSchedule')]
  const asking = (cpu: string, besides = '') =>
    `${pending().replace('SPEC, containers: [{ ', `containers: [{ resources: { requests: { cpu: '${cpu}' } }, `)}\n${besides}`
  const runs = (name: string, status = 'phase: Running', meta = '') => `kind: Pod
metadata: { name: ${name}, namespace: shop${meta} }
spec: { nodeName: n1, containers: [{ name: app, image: a, resources: { requests: { cpu: '2' } } }] }
status: { ${status} }
---
`
  const other = (cpu: string, spec = '{}') => `kind: Node
metadata: { name: n2, labels: { zone: b } }
spec: ${spec}
status: { allocatable: { cpu: '${cpu}', pods: '110' } }
---
`

  test.each([
    ['it holds what is asked for', asking('4')],
    ['its other pods leave enough', asking('2', runs('api'))],
    ['a pod on it has ended', asking('3', runs('api', 'phase: Succeeded'))],
    ['a pod on it is being deleted', asking('3', runs('api', 'phase: Running', `, deletionTimestamp: '${ago(5)}'`))],
    ['another node is full, and no template is to blame', asking('3', other('4') + runs('api').replace('n1', 'n2'))],
    ['the others never had as much', asking('4', other('2'))],
  ])('counts where %s', (_, manifests) => {
    expect(firstOf(manifests, tainted)).toEqual({ object: 'n1', isEstablished: true })
  })

  test.each([
    ['it never had as much', asking('64', other('8'))],
    ['its other pods leave too little', asking('3', runs('api'))],
    [
      'it holds as many pods as it may',
      asking('1', runs('api').replace("'2'", "'0'") + runs('db').replace("'2'", "'0'")),
    ],
    ['it does not tell what it has', asking('1').replace("cpu: '4', ", '')],
  ])('is missed where %s', (_, manifests) => {
    expect(firstOf(manifests, tainted)?.object).not.toBe('n1')
  })

  test('is not what is missed where the scheduler speaks of neither labels nor taints', () => {
    const unbound = asking('1').replace(
      '1 node(s) had untolerated taint(s)',
      'pod has unbound immediate PersistentVolumeClaims',
    )
    expect(firstOf(unbound, tainted)?.object).not.toBe('n1')
  })

  test('is that for each of the pods', () => {
    const second = asking('4')
      .split('---')
      .find((each) => each.includes('kind: Pod'))!
      .replaceAll('web-1-a', 'web-1-b')
    expect(firstOf(asking('4', second), tainted)?.object).toBe('n1')
    expect(firstOf(asking('4', second.replace("'4'", "'64'")), tainted)?.object).toBe('web')
  })

  test('was asked for only since the workload was scaled up, and as before since it was scaled down', () => {
    const scaled = (before: string, after: string): Change =>
      aChange(aWorkload('web'), {
        kind: 'scaled',
        at: Date.parse(ago(610)),
        fields: [{ path: 'spec.replicas', before, after }],
      })
    expect(firstOf(asking('4'), [...tainted, scaled('0', '1')])?.object).toBe('web')
    expect(firstOf(asking('4'), [...tainted, scaled('3', '1')])?.object).toBe('n1')
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

  test.each<[string, string, string]>([
    ['had not the port that is asked for before either', 'web:81->8080', 'web:80->8080, metrics:9100->9100'],
    ['has the port that is asked for', 'http:81->8080', 'http:80->8080'],
    ['may have it, though that is not shown', 'http:81->8080', 'secret:(hidden)'],
  ])('is no matter of a Service that was changed and %s', (_, before, after) => {
    const changed = aChange(service, { kind: 'routing', fields: [{ path: 'spec.ports', before, after }] })
    expect(firstOf(served, [changed])).toEqual({ object: 'entry', isEstablished: true })
  })

  test('is no matter of another Service that was deleted', () => {
    const other = aChange({ ...service, name: 'api' }, { kind: 'deleted' })
    expect(firstOf(route(''), [other])).toEqual({ object: 'entry', isEstablished: true })
  })

  test('is a matter of the Service whose port that is asked for by number was taken away', () => {
    const byNumber = served.replace('name: http } }', 'number: 81 } }')
    const fields = [{ path: 'spec.ports', before: 'web:80->8080, admin:81->81', after: 'web:80->8080' }]
    expect(firstOf(byNumber, [aChange(service, { kind: 'routing', fields })])).toEqual({
      object: 'web',
      isEstablished: true,
    })
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
