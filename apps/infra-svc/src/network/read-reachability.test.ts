import { aView } from '../testing/a-look.ts'
import { readReachability } from './read-reachability.ts'

const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const internet = { kind: 'Internet', namespace: '', name: '' }
const owner = (kind: string, name: string) =>
  `ownerReferences: [{ kind: ${kind}, name: ${name}, uid: ${kind}-${name}, controller: true }]`
const web = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { selector: {}, template: {} }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web-1, namespace: shop, ${owner('Deployment', 'web')} }
spec: { selector: {}, template: {} }
---
apiVersion: v1
kind: Pod
metadata: { name: web-1-a, namespace: shop, labels: { app: web }, ${owner('ReplicaSet', 'web-1')} }
spec: { containers: [] }
status: { phase: Running }
---`
const policy = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: inside, namespace: shop }
spec: { podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }
`
const ask = (manifests: string, from = workload, to = internet) =>
  readReachability(aView(manifests), { from, to, port: 443, protocol: 'TCP' })

describe('whether a workload gets out to the internet', () => {
  test('is told by the policies that select its pods, and the one that blocks is named', () => {
    expect(ask(web)).toMatchObject({ verdict: 'allowed' })
    expect(ask(web + policy)).toMatchObject({ verdict: 'denied', denies: [{ kind: 'NetworkPolicy', name: 'inside' }] })
  })

  test('is not told of an address, nor of a workload that there is not', () => {
    expect(() => ask(web, { kind: 'IP', namespace: '', name: '10.0.0.1' })).toThrow('from a pod or a workload')
    expect(() => ask('')).toThrow('There is no Deployment shop/web')
  })
})
