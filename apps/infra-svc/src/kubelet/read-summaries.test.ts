import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClusterClient } from '@akashic/kubernetes'
import { aView } from '../testing/a-look.ts'
import { readUsage } from '../node-report/read-usage.ts'
import { readVolumeUse } from '../storage/read-volume-use.ts'
import { nodesToAsk } from './read-summaries.ts'

const summary = {
  node: { cpu: { usageNanoCores: 5e8 }, memory: { workingSetBytes: 7 }, fs: { capacityBytes: 9, usedBytes: 3 } },
}

let server: Server
let client: ClusterClient
/** Most requests that were open at a time. */
let most = 0
let refused = 0
let metricsAreSilent = false
beforeAll(async () => {
  let open = 0
  server = createServer((asked, answer) => {
    most = Math.max(most, ++open)
    answer.once('close', () => open--)
    const [, node = ''] = /nodes\/([^/]+)\/proxy/.exec(asked.url ?? '') ?? []
    if (asked.url?.startsWith('/apis/metrics.k8s.io')) {
      if (!metricsAreSilent) answer.writeHead(404).end('{"kind":"Status","message":"not found"}')
      return
    }
    if (node.startsWith('silent')) return
    if (node.startsWith('refused')) refused++
    if (node.startsWith('refused')) return void answer.writeHead(403).end('{"kind":"Status","message":"no"}')
    answer.end(JSON.stringify(summary))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const kubeconfig = join(await mkdtemp(join(tmpdir(), 'akashic-kubelets-')), 'config')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await writeFile(
    kubeconfig,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'c' },
      clusters: [{ name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user: {} }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    }),
  )
  client = new ClusterClient({ name: 'main', kubeconfig })
})
afterAll(async () => {
  await client.close()
  server.closeAllConnections()
  server.close()
})

const named = (name: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${name}-${i}`)
const short = { deadlineMs: 600 }

describe('of many kubelets', () => {
  test('that are all silent every one is unknown with the reason, once the time for all of them is up', async () => {
    metricsAreSilent = true
    const usage = await readUsage(client, named('silent', 300), short)
    metricsAreSilent = false
    expect(usage.size).toBe(300)
    expect(usage.get('silent-0')).toMatchObject({ cpu: null, memory: null, disk: null })
    expect(usage.get('silent-0')!.problems).toEqual([
      expect.stringContaining('metrics.k8s.io: '),
      'kubelet: its kubelet did not answer in time',
    ])
    expect(usage.get('silent-299')!.problems.at(-1)).toContain('was up before its turn')
    expect(most).toBeLessThanOrEqual(17)
  }, 20_000)

  test('those that answer are known, however many others are silent beside them', async () => {
    const usage = await readUsage(client, [...named('well', 100), ...named('silent', 100)], short)
    for (const node of named('well', 100)) {
      expect(usage.get(node)).toEqual({ cpu: 0.5, memory: 7, disk: { capacity: 9, used: 3 }, problems: [] })
    }
    expect(usage.get('silent-50')!.disk).toBeNull()
  }, 20_000)

  test('one that is silent has no more than its turn, so that those behind it are asked', async () => {
    const usage = await readUsage(client, [...named('silent', 16), ...named('well', 20)], { deadlineMs: 8_000 })
    expect(usage.get('well-19')).toMatchObject({ disk: { used: 3 } })
  }, 20_000)
})

test('without the right to ask them what is missing is named, and who gives it', async () => {
  const { problems } = await readVolumeUse(client, ['refused-1'])
  expect(problems).toEqual([
    { node: 'refused-1', reason: 'not allowed: get nodes/proxy, which the role akashic-kubelet-stats gives' },
  ])
})

test('without it the API server is not troubled for each node, and every node is unknown for that reason', async () => {
  const before = refused
  const usage = await readUsage(client, named('refused', 300), short)
  expect(refused - before).toBeLessThanOrEqual(16)
  for (const { problems } of usage.values()) expect(problems.at(-1)).toContain('get nodes/proxy')
})

test('nodes whose kubelets are not heard of are asked last', () => {
  const node = (name: string, ready: string) =>
    `apiVersion: v1\nkind: Node\nmetadata: { name: ${name} }\nstatus: { conditions: [{ type: Ready, status: '${ready}' }] }\n---\n`
  expect(nodesToAsk(aView(node('lost', 'Unknown') + node('well', 'True') + node('unready', 'False')))).toEqual([
    'well',
    'unready',
    'lost',
  ])
})
