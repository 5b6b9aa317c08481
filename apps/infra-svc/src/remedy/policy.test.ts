import type { NetworkPolicy } from '@akashic/kubernetes'
import { aView } from '../testing/a-look.ts'
import { letThrough, podsAsPeer, policyQuotes } from './policy.ts'

const policy = (spec: string): NetworkPolicy =>
  aView(`
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: fence, namespace: shop }
spec: { podSelector: { matchLabels: { app: db } }, ${spec} }`).get('NetworkPolicy', 'shop', 'fence')!

const rule = { peer: podsAsPeer('shop', 'front', { app: 'web' }), ports: [{ protocol: 'TCP', port: 5432 }] }
const patchOf = (command: string | null): unknown => JSON.parse(/-p '(.+)'$/.exec(command ?? '')![1]!)

test('a rule is added beside those that a policy has, and taken away only where it still is', () => {
  const { command, undo } = letThrough(policy('ingress: [{ from: [{ podSelector: {} }] }]'), 'ingress', rule, 'x')
  const value = {
    from: [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'front' } },
        podSelector: { matchLabels: { app: 'web' } },
      },
    ],
    ports: [{ protocol: 'TCP', port: 5432 }],
  }
  expect(command).toContain('kubectl patch -n shop networkpolicy/fence --type=json')
  expect(patchOf(command)).toEqual([{ op: 'add', path: '/spec/ingress/-', value }])
  expect(patchOf(undo)).toEqual([
    { op: 'test', path: '/spec/ingress/1', value },
    { op: 'remove', path: '/spec/ingress/1' },
  ])
})

test('the first rule of a policy that has none makes the list', () => {
  const { command, undo } = letThrough(policy('policyTypes: [Egress]'), 'egress', rule, 'x')
  expect(patchOf(command)).toMatchObject([{ op: 'add', path: '/spec/egress', value: [{ to: [{}] }] }])
  expect(patchOf(undo)).toEqual([{ op: 'remove', path: '/spec/egress' }])
})

test('pods of the same namespace are named by their labels alone', () => {
  expect(podsAsPeer('shop', 'shop', { app: 'web' })).toEqual({ podSelector: { matchLabels: { app: 'web' } } })
})

test('what a policy lets through is quoted in the form of the API', () => {
  const spec =
    'egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }], ports: [{ port: 53, protocol: UDP }] }]'
  expect(policyQuotes(policy(spec), 'egress').map(({ where, quote }) => [where, quote])).toEqual([
    ['spec.podSelector', '{"matchLabels":{"app":"db"}}'],
    [
      'spec.egress',
      '[{"ports":[{"protocol":"UDP","port":53}],"to":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16"]}}]}]',
    ],
  ])
  expect(policyQuotes(policy('policyTypes: [Egress]'), 'egress')).toMatchObject([
    {},
    { kind: 'absence', where: 'spec.egress' },
  ])
})

test.each(['ingress', 'egress'] as const)(
  'pods without labels are let through by no command: that would be every %s',
  (direction) => {
    const peer = podsAsPeer('shop', 'front', {})
    const remedy = letThrough(policy('policyTypes: [Egress]'), direction, { peer, ports: rule.ports }, 'Let them in')
    expect(remedy).toMatchObject({ command: null, title: expect.stringContaining('label') })
  },
)
