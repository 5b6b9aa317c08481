/** A process of its own that holds a cluster of 50,000 generated pods and keeps what they use, as often as an argument says;
 *  prints its figures as JSON. Run with `--expose-gc`. */
import { appendFileSync, createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '@akashic/infra-svc'
import { keepUsage } from '@akashic/infra-svc/keep-usage'
import { ClusterModel, kinds, resourceTypes, type Kind } from '@akashic/kubernetes'
import { migrate } from '@akashic/shared/migrations'
import { openDatabase, sql } from '@akashic/shared/postgres'
import { startTestPostgres } from '@akashic/testbed'
import { pino } from 'pino'
import { aNode, aPod, aWorkload, podsPerWorkload } from './cluster-objects.ts'
import { median } from './table.ts'

const nodes = 5_000
const workloads = 5_000
const [rounds = 5] = process.argv.slice(2).map(Number)
const minuteMs = 60_000
const sampleEveryMs = 5
const log = pino({ level: 'silent' })

type Collect = (options: { execution: 'sync'; flavor: 'last-resort'; type: 'major' }) => void
const collect = (globalThis as { gc?: Collect }).gc ?? (() => undefined)
const settled = (): number => {
  for (let times = 0; times < 3; times++) collect({ execution: 'sync', flavor: 'last-resort', type: 'major' })
  return process.memoryUsage.rss()
}

const model = new ClusterModel('bench')
const put = (object: { kind: string }): void =>
  model.put(resourceTypes[object.kind as Kind].trim(JSON.parse(JSON.stringify(object)), (text) => text.slice(0, 16)))
for (let index = 0; index < nodes; index++) put(aNode(index))
for (let workload = 0; workload < workloads; workload++) {
  for (const object of aWorkload(workload)) put(object)
  for (let index = 0; index < podsPerWorkload; index++) put(aPod(workload, index, nodes))
}
for (const kind of kinds) model.setFreshness(kind, { state: 'fresh', at: Date.now() })
const names = [...model.all('Pod')].map(({ namespace, name }) => ({ namespace, name }))

const folder = mkdtempSync(join(tmpdir(), 'usage-'))
const file = join(folder, 'pods.json')
const podsAtOnce = 1_000

/** What metrics.k8s.io answers, as it comes over the wire. Written part by part, so that none of it is held. */
function answer(atMs: number): void {
  writeFileSync(file, '{"kind":"PodMetricsList","metadata":{},"items":[')
  for (let from = 0; from < names.length; from += podsAtOnce) {
    const items = names.slice(from, from + podsAtOnce).map((metadata, index) => ({
      metadata: { ...metadata, labels: { app: metadata.name } },
      ...{ timestamp: new Date(atMs).toISOString(), window: '15s' },
      containers: [{ name: 'app', usage: { cpu: `${1_000_000 + index}n`, memory: `${100_000 + index}Ki` } }],
    }))
    appendFileSync(file, `${from === 0 ? '' : ','}${JSON.stringify(items).slice(1, -1)}`)
  }
  appendFileSync(file, ']}')
}
const client = { stream: async () => createReadStream(file) }

const postgres = await startTestPostgres()
await migrate(postgres.url, { ...migrations, log })
const db = openDatabase({ url: postgres.url, applicationName: 'bench', log })
const before = settled()
let most = before
const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), sampleEveryMs)
const times: number[] = []
for (let round = 0; round < rounds; round++) {
  const atMs = Date.now() + (round - rounds) * minuteMs
  answer(atMs)
  const began = performance.now()
  const cluster = { name: 'bench', client, model } as unknown as Parameters<typeof keepUsage>[1]
  await keepUsage({ db, replicaId: 'bench' }, cluster, atMs)
  times.push(performance.now() - began)
}
clearInterval(watch)
const after = settled()
const [kept] = await db.query<{ count: number }>(sql`SELECT count(*)::int AS count FROM infra.usage_minute`)
await db.close()
await postgres.stop()
rmSync(folder, { recursive: true })
console.log(JSON.stringify({ pods: names.length, kept: kept!.count, before, most, after, keepMs: median(times) }))
