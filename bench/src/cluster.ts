import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { analyse } from '@akashic/infra-svc/analyse'
import { ClusterClient, ClusterModel, followCluster, kinds, resourceTypes } from '@akashic/kubernetes'
import { eventually, startKubernetes, type KubernetesCluster } from '@akashic/testbed'
import { aNode, aPod, nodeName, podsPerWorkload, workloadName } from './cluster-objects.ts'
import { median, type Report } from './table.ts'

const nodes = 1_000
const workloads = 1_000
const rounds = 5
const atOnce = 32
const mebibyte = 2 ** 20

/** How fast a cluster is read and judged: a real API server beside bare lists of the same, and generated objects. */
export async function run(): Promise<Report> {
  const cluster = await startKubernetes()
  try {
    // Nobody shall judge nodes that have no kubelet.
    await cluster.controllerManager.kill()
    await cluster.scheduler.kill()
    await fill(cluster)
    const [ours, floor]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      floor.push(await timed(() => bareLists(cluster)))
      ours.push(await timed(() => sync(cluster).then((followed) => followed.stop())))
    }
    const change = await changeToFinding(cluster)
    const memory = child<Memory>('cluster-memory.ts')
    const kept = child<Kept>('cluster-findings.ts', ['5000', '5000', '4000'])
    const usage = child<Usage>('cluster-usage.ts')
    return reportOf({ ours, floor, change, memory, kept, usage })
  } finally {
    await cluster.stop()
  }
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await act()
  return performance.now() - began
}

async function fill({ request: ask }: KubernetesCluster): Promise<void> {
  const merge = 'application/merge-patch+json'
  const jobs: (() => Promise<void>)[] = []
  for (let team = 0; team < 50; team++) await ask('POST', '/api/v1/namespaces', { metadata: { name: `team-${team}` } })
  for (let team = 0; team < 50; team++) {
    await ask('POST', `/api/v1/namespaces/team-${team}/serviceaccounts`, { metadata: { name: 'default' } }).catch(
      () => undefined,
    )
  }
  for (let index = 0; index < nodes; index++) {
    jobs.push(async () => {
      const { status, metadata, ...node } = aNode(index)
      const { uid: _uid, ...named } = metadata
      await ask('POST', '/api/v1/nodes', { ...node, metadata: named })
      await ask('PATCH', `/api/v1/nodes/${nodeName(index)}/status`, { status }, merge)
    })
  }
  for (let pod = 0; pod < workloads * podsPerWorkload; pod++) {
    jobs.push(async () => {
      const { status, metadata, ...rest } = aPod(Math.floor(pod / podsPerWorkload), pod % podsPerWorkload, nodes)
      const { uid: _uid, managedFields: _fields, ownerReferences: _owners, ...named } = metadata
      const path = `/api/v1/namespaces/${named.namespace}/pods`
      await ask('POST', path, { ...rest, metadata: named })
      await ask('PATCH', `${path}/${named.name}/status`, { status }, merge)
    })
  }
  const work = async (): Promise<void> => {
    for (let job = jobs.shift(); job; job = jobs.shift()) await job()
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

async function sync(cluster: KubernetesCluster) {
  const client = new ClusterClient({ name: 'bench', kubeconfig: cluster.kubeconfig })
  const model = new ClusterModel('bench')
  const follower = followCluster({ client, model, now: Date.now, random: Math.random, warn: () => undefined })
  follower.start()
  await eventually(() => {
    const unread = kinds.filter((kind) => kind !== 'Secret' && model.freshness(kind).state !== 'fresh')
    if (unread.length > 0) throw new Error(`not read: ${unread.join(', ')}`)
  }, 60_000)
  return {
    model,
    stop: async () => {
      await follower.stop()
      await client.close()
    },
  }
}

/** The same lists, side by side, each held whole and parsed. */
async function bareLists({ port, caFile, kubeconfig }: KubernetesCluster): Promise<void> {
  const agent = new Agent({ keepAlive: true, ca: readFileSync(caFile) })
  const { users } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as { users: [{ user: { token: string } }] }
  const headers = { authorization: `Bearer ${users[0].user.token}`, 'accept-encoding': 'gzip' }
  const list = (path: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const sent = request({ agent, host: '127.0.0.1', port, path, headers }, (answer) => {
        const body = answer.headers['content-encoding'] === 'gzip' ? answer.pipe(createGunzip()) : answer
        const chunks: Buffer[] = []
        body.on('data', (chunk: Buffer) => chunks.push(chunk))
        body.on('error', reject)
        body.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))))
      })
      sent.on('error', reject)
      sent.end()
    })
  const wanted = kinds.filter((kind) => kind !== 'Secret').map((kind) => resourceTypes[kind])
  await Promise.all(
    wanted.map(({ group, version, plural }) =>
      list(`${group === '' ? '/api' : `/apis/${group}`}/${version}/${plural}?resourceVersion=0`),
    ),
  )
  agent.destroy()
}

/** From a pod's failure to the finding of it; the service looks once a second, which is added. */
async function changeToFinding(cluster: KubernetesCluster): Promise<readonly number[]> {
  const { model, stop } = await sync(cluster)
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const name = `${workloadName(round)}-5d8f7c9b64-0`
    const state = { waiting: { reason: 'ImagePullBackOff', message: 'not found' } }
    const containerStatuses = [{ name: 'app', image: 'x', imageID: '', ready: false, restartCount: 0, state }]
    const path = `/api/v1/namespaces/team-${round % 50}/pods/${name}/status`
    const began = performance.now()
    await cluster.request('PATCH', path, { status: { containerStatuses } }, 'application/merge-patch+json')
    await eventually(() => {
      const found = analyse({ view: model, now: Date.now(), logs: () => [] })
      if (!found.some(({ rule, object }) => rule === 'pod-image-pull' && object.name === name))
        throw new Error('not yet')
    }, 10_000)
    times.push(performance.now() - began + 1_000)
  }
  await stop()
  return times
}

interface Memory {
  readonly pods: number
  readonly rss: number
  readonly bytesPerPod: number
  readonly diagnosisMs: number
}

/** Of the findings of a large cluster, kept in a database: the first pass writes them all, the others find them as they
 *  are. */
interface Kept {
  readonly pods: number
  readonly findings: number
  readonly firstMs: number
  readonly againMs: number
  readonly bare: { readonly writeMs: number; readonly readMs: number }
  readonly changeMs: readonly number[]
}

/** The figures of a process of its own. */
/** Memory in bytes while and after what all pods use is kept a few times, and how long each took. */
interface Usage {
  readonly pods: number
  readonly most: number
  readonly after: number
  readonly keepMs: number
}

function child<T>(name: string, args: readonly string[] = []): T {
  const file = join(import.meta.dirname, name)
  const run = [process.execPath, ['--expose-gc', file, ...args], { encoding: 'utf8', timeout: 300_000 }] as const
  const { stdout, stderr } = spawnSync(...run)
  const line = stdout.trim().split('\n').at(-1)
  if (!line?.startsWith('{')) throw new Error(`${name} failed: ${stderr.slice(-500)}`)
  return JSON.parse(line) as T
}

interface Figures {
  readonly ours: readonly number[]
  readonly floor: readonly number[]
  readonly change: readonly number[]
  readonly memory: Memory
  readonly kept: Kept
  readonly usage: Usage
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`

function reportOf({ ours, floor, change, memory: held, kept, usage }: Figures): Report {
  const [sync, bare] = [median(ours), median(floor)]
  const worst = Math.max(...change)
  return {
    rows: [
      {
        measure: `initial sync, ${nodes} nodes, ${workloads * podsPerWorkload} pods`,
        ...{ ours: seconds(sync), floor: seconds(bare), ratio: (sync / bare).toFixed(2) },
        ...{ aim: '<= 1.5', met: sync / bare <= 1.5 },
      },
      { measure: 'a failure is a finding (worst of 5)', ours: seconds(worst), aim: '< 2 s', met: worst < 2_000 },
      {
        measure: `full diagnosis, ${held.pods} pods`,
        ours: seconds(held.diagnosisMs),
        ...{ aim: '< 1 s', met: held.diagnosisMs < 1_000 },
      },
      {
        measure: `memory, ${held.pods} pods`,
        ours: `${Math.round(held.rss / mebibyte)} MB`,
        ...{ aim: '<= 400 MB', met: held.rss <= 400 * mebibyte },
      },
      {
        measure: 'kept of a pod, and its share of the rest',
        ours: `${Math.round(held.bytesPerPod)} B`,
        ...{ aim: '<= 2048 B', met: held.bytesPerPod <= 2_048 },
      },
      ...keptRows(kept),
      {
        measure: `memory after keeping the use of ${usage.pods} pods`,
        ours: `${Math.round(usage.after / mebibyte)} MB`,
        ...{ aim: '<= 400 MB', met: usage.after <= 400 * mebibyte },
      },
      {
        measure: 'memory meanwhile, at most',
        ours: `${Math.round(usage.most / mebibyte)} MB`,
        ...{ aim: '<= 400 MB', met: usage.most <= 400 * mebibyte },
      },
    ],
    raw: { syncMs: ours, bareListsMs: floor, changeMs: change, memory: held, kept, usage },
  }
}

/** Beside bare statements that write and read the same rows. No peer keeps findings. */
function keptRows({ pods, findings, firstMs, againMs, bare, changeMs }: Kept): Report['rows'] {
  const worst = Math.max(...changeMs)
  return [
    {
      measure: `a pass that writes ${findings} findings, ${pods} pods`,
      ...{ ours: seconds(firstMs), floor: seconds(bare.writeMs), ratio: (firstMs / bare.writeMs).toFixed(2) },
    },
    {
      measure: `a pass that finds them as they are`,
      ...{ ours: seconds(againMs), floor: seconds(bare.readMs), ratio: (againMs / bare.readMs).toFixed(2) },
      ...{ aim: '< 1 s', met: againMs < 1_000 },
    },
    {
      measure: `a failure is a kept finding (worst of ${changeMs.length})`,
      ...{ ours: seconds(worst), aim: '< 2 s', met: worst < 2_000 },
    },
  ]
}
