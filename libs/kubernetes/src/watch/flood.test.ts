import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@akashic/testbed'
import { ClusterClient } from '../access/cluster-client.ts'
import { ClusterModel } from '../model/cluster-model.ts'
import { followCluster } from './follow-cluster.ts'

/** An API server whose lists are empty, and whose watch of events can be written to. */
async function startEmptyServer() {
  const watches: ServerResponse[] = []
  const server = createServer((asked, answer) => {
    answer.setHeader('content-type', 'application/json')
    const url = asked.url ?? ''
    if (!url.includes('watch=true')) return void answer.end('{"metadata":{"resourceVersion":"1"},"items":[]}')
    answer.writeHead(200).flushHeaders()
    if (url.startsWith('/api/v1/events')) watches.push(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const kubeconfig = join(mkdtempSync(join(tmpdir(), 'akashic-flood-')), 'kubeconfig.json')
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'x' },
    clusters: [{ name: 'x', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'x', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
  }
  return {
    kubeconfig,
    writeConfig: () => writeFileSync(kubeconfig, JSON.stringify(config)),
    watch: () => watches.at(-1),
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const anEvent = (index: number, pod: string) => ({
  type: 'ADDED',
  object: {
    metadata: { name: `event-${index}`, namespace: 'shop', uid: `uid-${index}`, resourceVersion: String(index + 2) },
    involvedObject: { kind: 'Pod', namespace: 'shop', name: pod, uid: pod },
    ...{
      reason: 'BackOff',
      message: `Back-off restarting failed container, number ${index}`,
      type: 'Warning',
      count: 1,
    },
    lastTimestamp: new Date(index * 1_000).toISOString(),
  },
})

let server: Awaited<ReturnType<typeof startEmptyServer>>
let model: ClusterModel
let stop: () => Promise<void>

beforeEach(async () => {
  server = await startEmptyServer()
  const client = new ClusterClient({ name: 'main', kubeconfig: server.kubeconfig })
  model = new ClusterModel('main')
  const follower = followCluster({ client, model, now: Date.now, random: () => 0.1, warn: () => undefined })
  follower.start()
  stop = async () => {
    await follower.stop()
    await client.close()
    server.stop()
  }
})
afterEach(() => stop())

const isFollowing = () => eventually(() => expect(server.watch()).toBeDefined(), 20_000)

test('a kubeconfig that comes later is found; until then everything is unknown, with the reason', async () => {
  await eventually(
    () =>
      expect(model.freshness('Pod')).toMatchObject({
        state: 'unknown',
        reason: expect.stringContaining('no usable kubeconfig'),
      }),
    10_000,
  )
  server.writeConfig()
  await isFollowing()
}, 40_000)

test('a storm of events about one pod costs no other pod its own', async () => {
  server.writeConfig()
  await isFollowing()
  const watch = server.watch()!
  watch.write(`${JSON.stringify(anEvent(0, 'quiet'))}\n`)
  for (let index = 1; index <= 10_000; index++) watch.write(`${JSON.stringify(anEvent(index, 'loud'))}\n`)
  await eventually(() => expect(model.eventsDropped).toBe(10_000 - 25), 20_000)
  const eventsOf = (name: string) => model.eventsOf({ kind: 'Pod', namespace: 'shop', name, uid: name })
  expect(eventsOf('quiet')).toHaveLength(1)
  expect(eventsOf('loud').map(({ message }) => message)[0]).toContain('number 10000')
}, 60_000)

test('a storm about everything is bounded in all, keeps the newest, and what was let go of is told', async () => {
  server.writeConfig()
  await isFollowing()
  const watch = server.watch()!
  for (let index = 0; index < 30_000; index++)
    watch.write(`${JSON.stringify(anEvent(index, `pod-${index % 5_000}`))}\n`)
  await eventually(() => expect(model.eventsDropped).toBe(10_000), 30_000)
  expect(model.count('Event')).toBe(20_000)
  const [newest] = model.eventsOf({ kind: 'Pod', namespace: 'shop', name: 'pod-4999', uid: 'pod-4999' })
  expect(newest?.message).toContain('number 29999')
  expect(model.freshness('Event').state).toBe('fresh')
}, 60_000)
