import type { Pod } from '@akashic/kubernetes'
import { aView } from '../testing/a-look.ts'
import { ofSetting, withPort } from './address.ts'
import { ofMissing, ofMissingKey, putBack } from './configuration.ts'
import { ofMissingRight } from './right.ts'

const secret = { kind: 'Secret', namespace: 'shop', name: 'login' }
const account = { kind: 'ServiceAccount', namespace: 'shop', name: 'robot' }
const manifests = (url: string) => `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { containers: [{ name: app, env: [{ name: API_URL, value: '${url}' }] }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { template: { spec: { containers: [{ name: app, env: [{ name: API_URL, value: '${url}' }] }] } } }`
const setting = {
  ...{ host: 'api', port: 8_081, container: 'app', name: 'API_URL', key: null },
  source: { kind: 'Deployment', namespace: 'shop', name: 'web' },
}
const commandFor = (url: string) => {
  const view = aView(manifests(url))
  const pod: Pod = view.get('Pod', 'shop', 'web')!
  return ofSetting(view, pod, setting, withPort('api', 80)).remedies![0]!.command
}

test('the value of a Secret is never part of a command', () => {
  const all = [
    ...ofMissing(secret).remedies!,
    ...ofMissingKey(secret, 'password').remedies!,
    ...putBack(aView(''), secret, ['password']),
    ...putBack(aView(''), secret, []),
  ]
  const commands = all.map(({ command }) => command).join()
  expect(commands).toContain('--from-env-file=secret.env')
  expect(commands).toContain('--patch-file=patch.yaml')
  expect(commands).not.toMatch(/<value>|literal|edit/)
})

test('an address is corrected whole, and not where it holds a password', () => {
  expect(commandFor('http://api:8081/v1')).toContain('API_URL=http://api:80/v1')
  expect(commandFor('http://api/v1')).toContain('API_URL=http://api:80/v1')
  expect(commandFor('http://me:hunter2@api:8081')).toContain('API_URL=<value>')
  expect(commandFor('http://api:8081?key=hunter2')).toContain('API_URL=<value>')
})

test('a right is given by the least role, a mighty one by hand, and nothing of a log is put into a command that is more than a name', () => {
  const view = aView(manifests('x'))
  const pod = view.get('Pod', 'shop', 'web')!
  const commands = (line: string) => ofMissingRight(view, pod, account, line).remedies!.map(({ command }) => command)
  const said = (resource: string, where: string, verb = 'list', group = 'apps') =>
    `User "system:serviceaccount:shop:robot" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`
  const own = 'in the namespace "shop"'
  expect(commands(said('deployments', own))).toEqual([
    'kubectl auth can-i list deployments.apps -n shop --as=system:serviceaccount:shop:robot',
    expect.stringContaining(
      'kubectl create role robot-list-deployments-apps -n shop --verb=list --resource=deployments.apps',
    ),
  ])
  expect(commands(said('pods; touch pwned', own))).toEqual([])
  expect(commands(said('pods', 'in the namespace "$(touch pwned)"'))).toEqual([])
  const mighty = [
    said('nodes', 'at the cluster scope', 'list', ''),
    said('pods', 'in the namespace "kube-system"', 'list', ''),
    said('secrets', own, 'get', ''),
    said('serviceaccounts/token', own, 'create', ''),
    said('pods/exec', own, 'create', ''),
    said('roles', own, 'escalate', 'rbac.authorization.k8s.io'),
    said('rolebindings', own, 'create', 'rbac.authorization.k8s.io'),
    said('serviceaccounts', own, 'impersonate', ''),
  ]
  for (const line of mighty) {
    expect(commands(line)).toEqual([expect.stringMatching(/^kubectl auth can-i /), null])
  }
})
