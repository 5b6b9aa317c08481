import { aLook } from '../../testing/a-look.ts'
import { policies } from './policies.ts'

const policy = (name: string, spec: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} }
---`
const pod = (name: string, app: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${app} } }
spec: { containers: [] }
status: { phase: Running }
---`
const service = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---`
const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: batch, namespace: shop }
spec: { replicas: 0, selector: {}, template: { metadata: { labels: { app: batch } } } }
---`
const pods = pod('web-1', 'web') + pod('db-1', 'db')
const find = (manifests: string) => [...policies.find(aLook(manifests))]

describe('a NetworkPolicy that selects nothing', () => {
  test('is worth knowing, with the selector that fits nobody', () => {
    expect(find(policy('typo', 'podSelector: { matchLabels: { app: wbe } }, ingress: [{}]') + pods)).toMatchObject([
      {
        rule: 'policy-selects-nothing',
        severity: 'info',
        evidence: [{ where: 'spec.podSelector', quote: 'app=wbe' }, { kind: 'absence' }],
        remedies: [{ changes: 'nothing' }, { title: 'Mend its pod selector' }],
      },
    ])
  })

  test('is meant for pods that are not made now, or for every pod of an empty namespace', () => {
    expect(find(policy('ready', 'podSelector: { matchLabels: { app: batch } }') + deployment)).toEqual([])
    expect(find(policy('all', 'podSelector: {}'))).toEqual([])
  })
})

describe('a NetworkPolicy that denies everything', () => {
  test('selects every pod by an empty selector, and is told where a Service offers some of them', () => {
    expect(find(policy('deny', 'podSelector: {}') + pods + service)).toMatchObject([
      {
        rule: 'policy-denies-all',
        severity: 'info',
        summary: 'It lets nobody in to any pod of shop, and Service web offers some of them.',
        evidence: [
          { quote: '{} (every pod)' },
          { where: 'spec.ingress', quote: '[]' },
          { object: { kind: 'Service' } },
        ],
        involves: [{ kind: 'Service', name: 'web' }],
      },
    ])
  })

  test('is meant where another policy lets somebody in to what the Service offers', () => {
    const allow = policy('allow', 'podSelector: { matchLabels: { app: web } }, ingress: [{}]')
    expect(find(policy('deny', 'podSelector: {}') + allow + pods + service)).toEqual([])
  })

  test('is meant where nothing is offered, where it is about others, and where it only restricts what goes out', () => {
    expect(find(policy('deny', 'podSelector: {}') + pods)).toEqual([])
    expect(find(policy('deny', 'podSelector: { matchLabels: { app: db } }') + pods + service)).toEqual([])
    expect(find(policy('deny', 'podSelector: {}, policyTypes: [Egress]') + pods + service)).toEqual([])
  })

  test('is not one that lets everybody in: an empty rule', () => {
    expect(find(policy('open', 'podSelector: {}, ingress: [{}]') + pods + service)).toEqual([])
  })
})
