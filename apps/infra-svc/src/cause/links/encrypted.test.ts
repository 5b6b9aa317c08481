import { ago } from '../../testing/a-look.ts'
import { aCase } from '../../testing/a-case.ts'
import { manifests } from '../../testing/objects.ts'
import { explain } from '../explain.ts'

const template = (url: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'web', env: [{ name: 'API_URL', value: url }] }] },
})
const started = { running: { startedAt: ago(900) } }

/** What is proposed to a process that asks for this, and is answered so. */
function remediesFor(url: string, answer: string) {
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
          lines: [`Get "${url}/": ${answer}`],
        },
      ],
    },
  })
  const { causes } = explain(given, { kind: 'namespace', namespace: 'default' }, [])
  return causes.find(({ because }) => because.includes('its API_URL asks for'))!.remedies
}

const answersPlain = 'http: server gave HTTP response to HTTPS client'
const wantsTls = '400: Client sent an HTTP request to an HTTPS server.'

test('to ask a server within the cluster without TLS is proposed with what that means', () => {
  const plain = remediesFor('https://api:8080', answersPlain).find(({ command }) =>
    command?.includes('http://api:8080'),
  )
  expect(plain).toMatchObject({ changes: expect.stringContaining('without TLS what is sent can be read') })
})

test.each(['pay.example.org', 'far'])('to ask %s, which is outside, without TLS is never proposed', (host) => {
  const remedies = remediesFor(`https://${host}:8080`, answersPlain)
  expect(remedies).toContainEqual(expect.objectContaining({ title: expect.stringContaining('speak TLS') }))
  expect(remedies.filter(({ command }) => command?.includes('set env'))).toEqual([])
})

test('to ask a server for TLS that wants it is proposed as it is', () => {
  const [first] = remediesFor('http://api:8080', wantsTls)
  expect(first).toMatchObject({ command: expect.stringContaining('API_URL=https://api:8080') })
  expect(first!.changes).not.toContain('without TLS')
})
