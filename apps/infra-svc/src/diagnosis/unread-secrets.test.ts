import type { Scope, Unseen } from '../cause/diagnosis.ts'
import { aView } from '../testing/a-look.ts'
import { unreadReleases, withheldSecrets } from './unread-secrets.ts'

const namespace = (name: string): string => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n---\n`
const view = aView(namespace('shop') + namespace('till'))
const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const textsOf = (unseen: readonly Unseen[]) => unseen.map(({ what, reason }) => `${what}: ${reason.split(':')[0]!}`)
const told = (scope: Scope, readable: readonly string[]) => textsOf(withheldSecrets(view, scope, readable))

test.each<[string, Scope, string]>([
  ['a workload', { kind: 'workload', workload }, 'shop'],
  ['a namespace', { kind: 'namespace', namespace: 'shop' }, 'shop'],
  ['a component', { kind: 'component', components: ['web'], workloads: [workload] }, 'shop'],
  ['a cluster', { kind: 'cluster' }, '2 namespaces'],
])('of %s it is told that its Secrets may not be read', (_, scope, where) => {
  expect(told(scope, [])).toEqual([`Helm releases, and what Secrets hold, in ${where}: needs tier secrets`])
})

test('only of the namespaces whose Secrets may not be read', () => {
  expect(told({ kind: 'cluster' }, ['shop'])).toEqual([
    'Helm releases, and what Secrets hold, in till: needs tier secrets',
  ])
  expect(told({ kind: 'namespace', namespace: 'shop' }, ['shop'])).toEqual([])
})

test('releases of the scope that could not be read are told with why', () => {
  const unread = [
    { namespace: 'shop', reason: 'ECONNRESET: again' },
    { namespace: 'till', reason: 'ECONNRESET: again' },
    { namespace: '', reason: 'the role lacks: list configmaps' },
  ]
  expect(textsOf(unreadReleases(view, { kind: 'namespace', namespace: 'shop' }, { unread }))).toEqual([
    'Helm releases in shop: ECONNRESET',
    'Helm releases in ConfigMaps: the role lacks',
  ])
})
