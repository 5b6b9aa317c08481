import { ago, aLook } from '../../testing/a-look.ts'
import { aCondition, manifests } from '../../testing/objects.ts'
import { autoscalers } from './autoscalers.ts'

type Fields = Readonly<Record<string, unknown>>

const target = { kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 1 } }
const scaler = (
  name: string,
  reason: string,
  message: string,
  { metrics = [] as readonly Fields[], made = 600 } = {},
) => ({
  kind: 'HorizontalPodAutoscaler',
  metadata: { name, creationTimestamp: ago(made) },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 3, metrics },
  status: { conditions: [aCondition('ScalingActive', 'False', { reason, message })] },
})
const find = (...objects: readonly Fields[]) => [...autoscalers.find(aLook(manifests(target, ...objects)))]

test('of two autoscalers of the same pods the one that came last is one too many', () => {
  const message = 'pods by selector app=web are controlled by multiple HPAs: [default/old default/new]'
  const found = find(
    scaler('old', 'AmbiguousSelector', message),
    scaler('new', 'AmbiguousSelector', message, { made: 60 }),
  )
  expect(found).toMatchObject([
    { rule: 'hpa-shared-target', object: { name: 'old' }, blames: [{ object: { name: 'new' }, strength: 'direct' }] },
    { rule: 'hpa-shared-target', object: { name: 'new' }, blames: [{ object: { name: 'new' }, strength: 'direct' }] },
  ])
})

test('one of two that is no more blames nobody', () => {
  const message = 'pods by selector app=web are controlled by multiple HPAs: [default/old default/gone]'
  expect(find(scaler('old', 'AmbiguousSelector', message))).toMatchObject([{ blames: [] }])
})

describe('metrics that nothing serves', () => {
  const ofType = (type: string) => [{ type, [type.toLowerCase()]: { metric: { name: 'queue' } } }]
  const api = (name: string) => ({ kind: 'APIService', metadata: { name }, spec: { service: { name: 'adapter' } } })

  test.each([
    ['External', 'v1beta1.external.metrics.k8s.io', 'v1beta1.external.metrics.k8s.io'],
    ['Pods', 'v1beta1.custom.metrics.k8s.io', 'v1beta2.custom.metrics.k8s.io'],
    ['Resource', 'v1beta1.metrics.k8s.io', 'v1beta1.metrics.k8s.io'],
  ])('of type %s are a matter of the API that is not registered, and not of one that is', (type, missing, served) => {
    const hpa = scaler('web', 'FailedGetMetric', 'unable to get metric queue', { metrics: ofType(type) })
    expect(find(hpa)).toMatchObject([{ rule: 'hpa-no-metrics', blames: [{ object: { name: missing } }] }])
    expect(find(hpa, api(served))).toMatchObject([{ blames: [], involves: [{ name: served }, { name: 'web' }] }])
  })
})
