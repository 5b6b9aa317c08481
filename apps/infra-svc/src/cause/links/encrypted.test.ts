import { ago } from '../../testing/a-look.ts'
import { aCase } from '../../testing/a-case.ts'
import { manifests } from '../../testing/objects.ts'
import { explain } from '../explain.ts'

const template = (url: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'web', env: [{ name: 'API_URL', value: url }] }] },
})
const started = { running: { startedAt: ago(900) } }

/** What is proposed to a process that asks a host for TLS, which speaks none. */
function remediesFor(host: string) {
  const url = `https://${host}:8080`
  const owner = { kind: 'Deployment', name: 'web', uid: 'Deployment-web', controller: true }
  const { metadata, spec } = template(url)
  const given = aCase({
    manifests: manifests(
      { kind: 'Service', metadata: { name: 'api' }, spec: { clusterIP: '10.0.0.9', ports: [{ port: 8080 }] } },
      { kind: 'Service', metadata: { name: 'far' }, spec: { type: 'ExternalName', externalName: 'x.example' } },
      { kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 1, template: template(url) } },
      {
        ...{ kind: 'Pod', metadata: { ...metadata, name: 'web-1', ownerReferences: [owner] }, spec },
        status: {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(500) }],
          containerStatuses: [{ name: 'app', restartCount: 0, ready: false, started: true, state: started }],
        },
      },
    ),
    logs: {
      'web-1': [
        {
          ...{ container: 'app', isPrevious: false },
          lines: [`Get "${url}/": http: server gave HTTP response to HTTPS client`],
        },
      ],
    },
  })
  const { causes } = explain(given, { kind: 'namespace', namespace: 'default' }, [])
  return causes.find(({ because }) => because.includes('asks for TLS'))!.remedies
}

test('to ask a server within the cluster without TLS is proposed with what that means', () => {
  const plain = remediesFor('api').find(({ command }) => command?.includes('http://api:8080'))
  expect(plain).toMatchObject({ changes: expect.stringContaining('without TLS what is sent can be read') })
})

test.each(['pay.example.org', 'far'])('to ask %s, which is outside, without TLS is never proposed', (host) => {
  const remedies = remediesFor(host)
  expect(remedies).toContainEqual(expect.objectContaining({ title: expect.stringContaining('speak TLS') }))
  expect(remedies.filter(({ command }) => command?.includes('set env'))).toEqual([])
})
