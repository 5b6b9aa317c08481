import { aView } from '../testing/a-look.ts'
import type { Observation } from './ask-name-server.ts'
import { lookUpName } from './look-up-name.ts'

const cluster = ({ ready = 'True', web = 'clusterIP: 10.96.0.7' } = {}) => `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Service
metadata: { name: kubernetes, namespace: default }
spec: { clusterIP: 10.96.0.1 }
---
apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system }
spec: { clusterIP: 10.96.0.10, selector: { k8s-app: kube-dns } }
---
apiVersion: v1
kind: Pod
metadata: { name: coredns-1, namespace: kube-system, labels: { k8s-app: kube-dns } }
spec: { containers: [{ name: coredns, image: coredns }] }
status: { phase: Running, conditions: [{ type: Ready, status: '${ready}' }], containerStatuses: [{ name: coredns, state: { running: {} } }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { ${web} }
`
const unreachable: Observation = { status: 'unknown', says: '10.96.0.10 does not answer', name: null, addresses: [] }
const seen = (status: Observation['status']): Observation => ({
  status,
  says: `it says ${status}`,
  name: null,
  addresses: [],
})

interface Given {
  readonly observed: Observation
  readonly namespace: string
  readonly log: string | Error
}

const lookUp = (
  manifests: string,
  name: string,
  { observed = unreachable, namespace = 'shop', log = '' }: Partial<Given> = {},
) => {
  const paths: string[] = []
  const getText = async (path: string) => {
    paths.push(path)
    if (log instanceof Error) throw log
    return log
  }
  const ask = async () => observed
  const found = lookUpName({ view: aView(manifests), client: { getText }, ask }, { name, namespace })
  return { found, paths }
}

describe('a name that a pod looks up', () => {
  test('resolves by the objects where the name service cannot be asked from here, which stays unknown', async () => {
    const { found, paths } = lookUp(cluster(), 'web')
    expect(await found).toMatchObject({
      verdict: 'resolves',
      says: "by the cluster's objects: Service shop/web has the address 10.96.0.7",
      tried: [{ name: 'web.shop.svc.cluster.local.', state: 'found', addresses: ['10.96.0.7'] }],
      servers: { status: 'healthy', address: '10.96.0.10', pods: [{ name: 'coredns-1', isReady: true }], unread: [] },
      observed: { status: 'unknown' },
    })
    expect(paths).toEqual([expect.stringMatching(/coredns-1\/log\?.*sinceSeconds=900/)])
  })

  test('is not found once every name that is tried is absent', async () => {
    for (const observed of [unreachable, seen('not_found')]) {
      const answer = await lookUp(cluster(), 'wbe', { observed }).found
      expect(answer).toMatchObject({
        verdict: 'not_found',
        says: 'there is no Service shop/wbe, and no other name that is tried exists',
      })
      expect(answer.tried.map(({ state }) => state)).toEqual(['absent', 'absent', 'absent', 'absent'])
    }
    expect(await lookUp(cluster(), 'web.elsewhere').found).toMatchObject({
      verdict: 'unknown',
      says: expect.stringMatching(/^there is no Service elsewhere\/web; .*it could not be asked/),
    })
  })

  test('fails where the name service has nobody, or does not know what it should', async () => {
    expect(await lookUp(cluster({ ready: 'False' }), 'web').found).toMatchObject({
      verdict: 'failing',
      says: '0 of 1 pods of kube-dns are ready: it answers nobody',
      servers: { status: 'down' },
    })
    expect(await lookUp(cluster(), 'web', { observed: seen('not_found') }).found).toMatchObject({ verdict: 'failing' })
  })

  test('is unknown while nothing is known of the name service', async () => {
    expect(await lookUp(cluster().replace('name: kube-dns,', 'name: other,'), 'web').found).toMatchObject({
      verdict: 'unknown',
      says: expect.stringMatching(/Service shop\/web has the address .*there is no Service kube-dns or coredns/),
      servers: { status: 'unknown' },
    })
  })

  test('of the internet is only known by asking', async () => {
    expect(await lookUp(cluster(), 'www.example.com').found).toMatchObject({
      verdict: 'unknown',
      says: expect.stringMatching(/^www.example.com is no name of the cluster/),
    })
    expect(await lookUp(cluster(), 'example.com', { observed: seen('resolves') }).found).toMatchObject({
      verdict: 'resolves',
    })
    expect(await lookUp(cluster(), 'example.com', { observed: seen('failing') }).found).toMatchObject({
      verdict: 'failing',
    })
  })

  test('is told with the errors that the name servers log, and with those whose log could not be read', async () => {
    const log =
      '[INFO] 10.0.0.1:1 - 2 "A IN error.example."\n[ERROR] plugin/errors: 2 example.com. A: read udp: i/o timeout\n'
    expect(await lookUp(cluster(), 'web', { log }).found).toMatchObject({
      servers: { status: 'degraded', errors: [{ pod: 'coredns-1', line: expect.stringContaining('i/o timeout') }] },
    })
    expect(await lookUp(cluster(), 'web', { log: new Error('forbidden') }).found).toMatchObject({
      servers: { unread: ['coredns-1'] },
    })
  })

  test('is refused by its form, and in a namespace that there is not', async () => {
    await expect(lookUp(cluster(), 'a_b').found).rejects.toMatchObject({ code: 'invalid_argument' })
    await expect(lookUp(cluster(), 'web', { namespace: 'A' }).found).rejects.toMatchObject({ code: 'invalid_argument' })
    await expect(lookUp(cluster(), 'web', { namespace: 'nowhere' }).found).rejects.toMatchObject({ code: 'not_found' })
  })
})
