import * as fc from 'fast-check'
import { ClusterModel } from '../model/cluster-model.ts'
import { kinds, resourceTypes, type Kind } from '../resource/resources.ts'
import { canReach, reachesDns } from './reachability.ts'
import { mayEnter, type WrittenPod, type WrittenPolicy } from './testing/reference.ts'

function viewOf(objects: readonly { kind: Kind; metadata: object; spec?: object; status?: object }[]): ClusterModel {
  const model = new ClusterModel('test')
  for (const kind of kinds) model.setFreshness(kind, { state: 'fresh', at: 0 })
  for (const object of objects) model.put(resourceTypes[object.kind].trim(object, (text) => text))
  return model
}

const namespaces: Record<string, Record<string, string>> = {
  a: { team: 'x' },
  b: { team: 'y' },
  'kube-system': { team: 'z' },
}
const namespaceObjects = Object.entries(namespaces).map(([name, labels]) => ({
  kind: 'Namespace' as const,
  metadata: { name, labels },
}))

const pod = (name: string, namespace: string, labels: object, ip: string, ports: readonly object[] = []) => ({
  kind: 'Pod' as const,
  metadata: { name, namespace, uid: `${namespace}/${name}`, labels },
  spec: { containers: [{ name: 'app', image: 'x', ports }] },
  status: { phase: 'Running', podIP: ip, conditions: [{ type: 'Ready', status: 'True' }] },
})
const policy = (name: string, namespace: string, spec: object) => ({
  kind: 'NetworkPolicy' as const,
  metadata: { name, namespace, uid: name },
  spec,
})

const ask = (objects: Parameters<typeof viewOf>[0], port = 80, protocol: 'TCP' | 'UDP' = 'TCP') =>
  canReach(viewOf([...namespaceObjects, ...objects]), {
    from: { kind: 'Pod', namespace: 'a', name: 'from' },
    to: { kind: 'Pod', namespace: 'b', name: 'to' },
    port,
    protocol,
  })
const both = [
  pod('from', 'a', { app: 'web' }, '10.0.0.1'),
  pod('to', 'b', { app: 'db' }, '10.0.0.2', [{ name: 'sql', containerPort: 5432 }]),
]
const intoB = (ingress: unknown) => policy('guard', 'b', { podSelector: {}, policyTypes: ['Ingress'], ingress })

const labels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('web', 'db'))
const selector = labels.map((matchLabels) => ({ matchLabels }))
const cidr = fc.constantFrom('10.0.0.0/24', '10.0.0.1/32', '0.0.0.0/0', '10.0.1.0/24')
const peer = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({
    namespaceSelector: fc
      .dictionary(fc.constant('team'), fc.constantFrom('x', 'y'))
      .map((matchLabels) => ({ matchLabels })),
  }),
  fc.record({
    podSelector: selector,
    namespaceSelector: fc
      .dictionary(fc.constant('team'), fc.constantFrom('x', 'y'))
      .map((matchLabels) => ({ matchLabels })),
  }),
  fc.record({ ipBlock: fc.record({ cidr, except: fc.array(cidr, { maxLength: 1 }) }) }),
)
const port = fc.oneof(
  fc.record({ protocol: fc.constantFrom('TCP', 'UDP') }),
  fc.record({ port: fc.constantFrom(80, 443) }),
  fc.record({ port: fc.constantFrom(80, 400), endPort: fc.constantFrom(443, 500) }),
)
const rule = fc.record(
  { from: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) },
  { requiredKeys: [] },
)
const written: fc.Arbitrary<WrittenPolicy> = fc.record({
  namespace: fc.constantFrom('a', 'b'),
  podSelector: selector,
  ingress: fc.array(rule, { maxLength: 2 }),
})
const aPod = (name: string): fc.Arbitrary<WrittenPod & { name: string }> =>
  fc.record({
    name: fc.constant(name),
    namespace: fc.constantFrom('a', 'b'),
    labels,
    ip: fc.constantFrom('10.0.0.1', '10.0.0.9', '10.0.1.4'),
  })

describe('what policies let through', () => {
  test('is what the documentation says, read out literally', () => {
    fc.assert(
      fc.property(
        fc.array(written, { maxLength: 3 }),
        aPod('from'),
        aPod('to'),
        fc.constantFrom(80, 443, 450),
        fc.constantFrom('TCP' as const, 'UDP' as const),
        (policies, from, to, number, protocol) => {
          const view = viewOf([
            ...namespaceObjects,
            ...[from, to].map((each) => pod(each.name, each.namespace, each.labels, each.ip)),
            ...policies.map(({ namespace, podSelector, ingress }, index) =>
              policy(`p${index}`, namespace, { podSelector, policyTypes: ['Ingress'], ingress }),
            ),
          ])
          const { verdict } = canReach(view, {
            from: { kind: 'Pod', namespace: from.namespace, name: 'from' },
            to: { kind: 'Pod', namespace: to.namespace, name: 'to' },
            port: number,
            protocol,
          })
          expect(verdict).toBe(
            mayEnter(policies, namespaces, from, to, { port: number, protocol }) ? 'allowed' : 'denied',
          )
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('an empty list of rules denies, and one empty rule allows all', () => {
    expect(ask([...both, intoB([])])).toMatchObject({
      verdict: 'denied',
      denies: [{ kind: 'NetworkPolicy', name: 'guard' }],
    })
    expect(ask([...both, intoB([{}])]).verdict).toBe('allowed')
  })

  test('two selectors in one peer must both hold, and in two peers one is enough', () => {
    const one = [{ namespaceSelector: { matchLabels: { team: 'x' } }, podSelector: { matchLabels: { app: 'other' } } }]
    const two = [
      { namespaceSelector: { matchLabels: { team: 'x' } } },
      { podSelector: { matchLabels: { app: 'other' } } },
    ]
    expect(ask([...both, intoB([{ from: one }])]).verdict).toBe('denied')
    expect(ask([...both, intoB([{ from: two }])]).verdict).toBe('allowed')
  })

  test('a named port is that of the pod which receives', () => {
    const named = intoB([{ ports: [{ port: 'sql' }] }])
    expect(ask([...both, named], 5432).verdict).toBe('allowed')
    expect(ask([...both, named], 80).verdict).toBe('denied')
  })

  test('without policyTypes egress is restricted only where there are egress rules', () => {
    const silent = policy('p', 'a', { podSelector: {}, ingress: [] })
    const speaking = policy('p', 'a', { podSelector: {}, egress: [{ ports: [{ port: 443 }] }] })
    expect(ask([...both, silent]).verdict).toBe('allowed')
    expect(ask([...both, speaking]).verdict).toBe('denied')
    expect(ask([...both, speaking], 443).verdict).toBe('allowed')
  })

  test('a pod on the network of its node is not for policies to decide', () => {
    const [from, to] = both
    expect(ask([{ ...from!, spec: { ...from!.spec, hostNetwork: true } }, to!, intoB([])]).verdict).toBe('unknown')
  })

  test('the name service is out of reach of a pod whose egress rules leave it out', () => {
    const view = viewOf([
      ...namespaceObjects,
      ...both,
      policy('p', 'a', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }] }] }),
    ])
    expect(reachesDns(view, view.get('Pod', 'a', 'from')!)).toMatchObject({
      verdict: 'denied',
      denies: [{ name: 'p' }],
    })
  })

  test('policies that could not be read leave the answer unknown', () => {
    const view = viewOf([...namespaceObjects, ...both])
    view.setFreshness('NetworkPolicy', {
      state: 'unknown',
      reason: 'list networkpolicies is not allowed',
      missingPermission: null,
    })
    const question = {
      from: { kind: 'Pod', namespace: 'a', name: 'from' },
      to: { kind: 'Pod', namespace: 'b', name: 'to' },
      port: 80,
    } as const
    expect(canReach(view, question)).toMatchObject({ verdict: 'unknown', says: expect.stringContaining('not allowed') })
  })
})
