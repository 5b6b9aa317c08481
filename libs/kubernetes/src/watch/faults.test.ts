import { readFileSync, writeFileSync, mkdtempSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeReal, eventually, startKubernetes, type KubernetesCluster } from '@akashic/testbed'
import { ClusterClient } from '../access/cluster-client.ts'
import { ClusterModel } from '../model/cluster-model.ts'
import { followCluster } from './follow-cluster.ts'

type Fault = (path: string, answer: ServerResponse) => boolean

/** A proxy in front of the API server that can spoil what it passes on. */
async function startProxy(cluster: KubernetesCluster) {
  let fault: Fault = () => false
  const open = new Set<ServerResponse>()
  const token = (JSON.parse(readFileSync(cluster.kubeconfig, 'utf8')) as { users: [{ user: { token: string } }] })
    .users[0].user.token
  const ca = readFileSync(cluster.caFile)
  const server = createServer((asked, answer) => {
    if (fault(asked.url ?? '', answer)) return
    open.add(answer)
    answer.once('close', () => open.delete(answer))
    const headers = { ...asked.headers, authorization: `Bearer ${token}` }
    const passed = request(
      { ca, host: '127.0.0.1', port: cluster.port, path: asked.url, method: asked.method, headers },
      (from) => {
        answer.writeHead(from.statusCode ?? 502, from.headers)
        from.pipe(answer)
      },
    )
    passed.on('error', () => answer.destroy())
    answer.once('close', () => passed.destroy())
    asked.pipe(passed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const kubeconfig = join(mkdtempSync(join(tmpdir(), 'akashic-proxy-')), 'kubeconfig.json')
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'p' },
      clusters: [{ name: 'p', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'p', user: {} }],
      contexts: [{ name: 'p', context: { cluster: 'p', user: 'p' } }],
    }),
  )
  return {
    kubeconfig,
    /** Spoils what comes from now on, and ends what is open. */
    spoil: (next: Fault) => {
      fault = next
      for (const answer of open) answer.destroy()
    },
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

describeReal('kubernetes', () => {
  let cluster: KubernetesCluster
  let proxy: Awaited<ReturnType<typeof startProxy>>
  let client: ClusterClient
  let model: ClusterModel
  let stop: () => Promise<void>

  beforeAll(async () => {
    cluster = await startKubernetes()
    proxy = await startProxy(cluster)
    client = new ClusterClient({ name: 'main', kubeconfig: proxy.kubeconfig })
    model = new ClusterModel('main')
    const follower = followCluster({ client, model, now: Date.now, random: () => 0.2, warn: () => undefined })
    follower.start()
    stop = () => follower.stop()
    await isFresh()
  }, 120_000)
  afterAll(async () => {
    await stop?.()
    await client?.close()
    proxy?.stop()
    await cluster?.stop()
  })

  const isFresh = () => eventually(() => expect(model.freshness('ConfigMap').state).toBe('fresh'), 20_000)
  const isStale = (reason: RegExp) =>
    eventually(
      () =>
        expect(model.freshness('ConfigMap')).toMatchObject({ state: 'stale', reason: expect.stringMatching(reason) }),
      30_000,
    )
  const addConfigMap = (name: string) =>
    cluster.apply(`apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: default }\ndata: { A: "1" }`)
  const holds = (name: string) =>
    eventually(() => expect(model.get('ConfigMap', 'default', name)).toBeDefined(), 20_000)

  test.each<[string, RegExp, Fault]>([
    [
      'HTML of a proxy',
      /not by a Kubernetes API server/,
      (_, answer) => !!answer.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>'),
    ],
    [
      'a server error',
      /was answered 500/,
      (_, answer) => !!answer.writeHead(500).end('{"kind":"Status","message":"etcd is away"}'),
    ],
    [
      'too many requests',
      /was answered 429/,
      (_, answer) => !!answer.writeHead(429, { 'retry-after': '1' }).end('{"kind":"Status","message":"slow down"}'),
    ],
    [
      'a list that is cut short',
      /no complete JSON|cut off/,
      (path, answer) =>
        !path.includes('watch=true') && !!answer.writeHead(200).end('{"kind":"ConfigMapList","items":[{"metadata":'),
    ],
    ['nobody', /cannot be reached|cut off/, (_, answer) => !!answer.destroy()],
  ])(
    'after %s a model is stale with the reason, and then has all that it missed',
    async (name, reason, fault) => {
      const missed = `missed-${name.replace(/\W+/g, '-').toLowerCase()}`
      proxy.spoil(fault)
      await isStale(reason)
      await addConfigMap(missed)
      proxy.spoil(() => false)
      await holds(missed)
      await isFresh()
    },
    120_000,
  )

  test('a watch that is too old is begun anew with a list', async () => {
    let told = 0
    const gone = '{"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old resource version"}}\n'
    proxy.spoil(
      (path, answer) =>
        path.includes('configmaps') && path.includes('watch=true') && told++ === 0 && !!answer.writeHead(200).end(gone),
    )
    await addConfigMap('after-gone')
    await holds('after-gone')
    await eventually(() => expect(told).toBeGreaterThan(1), 20_000)
  }, 120_000)

  test('events of kinds that are not known, and of what is older than is held, change nothing', async () => {
    await addConfigMap('steady')
    await holds('steady')
    const { uid } = model.get('ConfigMap', 'default', 'steady')!
    const old = {
      kind: 'ConfigMap',
      metadata: { name: 'steady', namespace: 'default', uid, resourceVersion: '1' },
      data: {},
    }
    const ofNamesake = { ...old, metadata: { ...old.metadata, uid: 'another' } }
    const lines = [
      { type: 'MODIFIED', object: old },
      { type: 'DELETED', object: ofNamesake },
      { type: 'SURPRISE', object: old },
      { type: 'ADDED', object: 7 },
    ]
    let told = false
    proxy.spoil((path, answer) => {
      if (told || !path.includes('configmaps') || !path.includes('watch=true')) return false
      told = true
      return !!answer.writeHead(200).end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    })
    await eventually(() => expect(told).toBe(true), 20_000)
    await addConfigMap('after-surprise')
    await holds('after-surprise')
    expect(Object.keys(model.get('ConfigMap', 'default', 'steady')!.keys)).toEqual(['A'])
  }, 120_000)
})
