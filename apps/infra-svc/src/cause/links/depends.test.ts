import { aFailing, aService, logOf } from '../../testing/a-failing.ts'
import { aCase } from '../../testing/a-case.ts'
import { explain } from '../explain.ts'

const crashing = aFailing('api', { ended: 'exitCode: 1, reason: Error', restarts: 7 }) + aService('api')
const caller = (value: string): string => aFailing('web', { env: `{ name: CALLS, value: '${value}' }` })

function firstOf(manifests: string, line: string) {
  const logs = { ...logOf('web-1', line), ...logOf('api-1', 'Error: API_KEY is not set') }
  const scope = { kind: 'workload', workload: { kind: 'Deployment', namespace: 'shop', name: 'web' } } as const
  const [first] = explain(aCase({ manifests, logs }), scope, []).causes
  return first?.isEstablished ? `${first.object.kind} ${first.object.name}` : null
}

test('what is called by an alias is what the alias stands for', () => {
  const alias = (name: string): string =>
    `\nkind: Service\nmetadata: { name: alias, namespace: shop }\nspec: { type: ExternalName, externalName: ${name} }\n---`
  const line = 'Error: connect ECONNREFUSED alias:80'
  const manifests = crashing + caller('http://alias')
  expect(firstOf(manifests + alias('api.shop.svc.cluster.local'), line)).toBe('Deployment api')
  expect(firstOf(manifests + alias('api.example.com'), line)).toBeNull()
  expect(firstOf(manifests + alias('other.shop.svc.cluster.local'), line)).toBeNull()
})

describe('a name of the cluster that pods ask the name servers of their node for', () => {
  const served = aFailing('other') + aService('api')
  const line = 'Error: getaddrinfo ENOTFOUND api'
  const asking = (spec: string): string =>
    served + caller('http://api').replace('nodeName: n1', `nodeName: n1, ${spec}`)

  test('is a matter of their template', () => {
    expect(firstOf(asking('hostNetwork: true'), line)).toBe('Deployment web')
    expect(firstOf(asking('dnsPolicy: Default'), line)).toBe('Deployment web')
  })

  test('is not where they ask those of the cluster', () => {
    expect(firstOf(asking('hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet'), line)).toBeNull()
    expect(firstOf(asking('dnsPolicy: ClusterFirst'), line)).toBeNull()
  })
})

test('plain HTTP that a TLS server refuses is a matter of who asks for it', () => {
  const line = 'Error: request to http://api:80/ failed with 400: Client sent an HTTP request to an HTTPS server.'
  expect(firstOf(aService('api') + caller('http://api:80'), line)).toBe('Deployment web')
})

test.each([
  'Connection to node -1 (api/10.0.0.7:80) could not be established. Node may not be available.',
  'conversion webhook for x failed: Post "https://api.shop.svc:443/c": no endpoints available for service "api"',
])('%s', (line) => {
  expect(firstOf(crashing + caller('http://api'), line)).toBe('Deployment api')
})
