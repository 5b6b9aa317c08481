/** A process of its own that holds a cluster of generated objects and judges it; prints its figures as JSON.
 *  Run with `--expose-gc`. */
import { analyse, neededKinds } from '@akashic/infra-svc/analyse'
import { explain } from '@akashic/infra-svc/explain'
import { ClusterModel, kinds, resourceTypes, type Kind } from '@akashic/kubernetes'
import { aNode, aPod, aWorkload, podsPerWorkload } from './cluster-objects.ts'
import { median } from './table.ts'

const nodes = 5_000
const workloads = 5_000
const rounds = 5

type Collect = (options: { execution: 'sync'; flavor: 'last-resort'; type: 'major' }) => void
const collect = (globalThis as { gc?: Collect }).gc ?? (() => undefined)
/** Everything that nobody holds is let go of first, and given back to the system. */
const memory = (): NodeJS.MemoryUsage => {
  for (let times = 0; times < 3; times++) collect({ execution: 'sync', flavor: 'last-resort', type: 'major' })
  return process.memoryUsage()
}

const model = new ClusterModel('bench')
/** By way of JSON, as from a watch: what the parser makes must not be held by what is kept. */
const put = (object: { kind: string }): void => {
  const kind = object.kind as Kind
  model.put(resourceTypes[kind].trim(JSON.parse(JSON.stringify(object)), (text) => text.slice(0, 16)))
}

for (let index = 0; index < nodes; index++) put(aNode(index))
for (let workload = 0; workload < workloads; workload++) for (const object of aWorkload(workload)) put(object)
const before = memory()
for (let workload = 0; workload < workloads; workload++) {
  for (let index = 0; index < podsPerWorkload; index++) put(aPod(workload, index, nodes))
}
for (const kind of kinds) model.setFreshness(kind, { state: 'fresh', at: Date.now() })
const after = memory()

const times: number[] = []
let findings = 0
for (let round = 0; round < rounds; round++) {
  const began = performance.now()
  const look = { view: model, now: Date.now(), logs: () => [] }
  const found = analyse(look)
  explain(
    { ...look, findings: found, changes: [], runbooks: [], dependencies: () => [] },
    { kind: 'cluster' },
    neededKinds,
  )
  times.push(performance.now() - began)
  findings = found.length
}
const pods = model.count('Pod')
const bytesPerPod = (after.heapUsed - before.heapUsed) / pods
const figures = { pods, rss: after.rss, heapUsed: after.heapUsed, bytesPerPod, diagnosisMs: median(times), findings }
console.log(JSON.stringify(figures))
