import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startFloor, startProduct, stopChild, type Product } from './product.ts'
import { rssBytes } from './process-cost.ts'
import { openStreams } from './sse-clients.ts'
import { median, quantile, type Report, type Row } from './table.ts'
import { wrk, type Load } from './wrk.ts'

const rounds = 3
const seconds = 6
const streamCount = 5_000

/** `/status` with 50 components under wrk, and 5,000 open streams, each beside bare node:http. */
export async function run(): Promise<Report> {
  const target = await startFloor('target.ts')
  const product = await startProduct({ config: configOf(50, target.port) })
  try {
    await untilMeasured(product)
    const { rows, raw } = await underLoad(product)
    const streams = await withStreams(product)
    return { rows: [...rows, ...streams.rows], raw: { ...raw, ...streams.raw } }
  } finally {
    await product.stop()
    await stopChild(target.child)
  }
}

function configOf(count: number, port: number): string {
  const components = Array.from(
    { length: count },
    (_, i) => `  - id: service-${i}
    name: Service ${i}
    group: Group ${i % 5}
    critical: ${i % 10 === 0}
    checks:
      - kind: http
        url: http://127.0.0.1:${port}/service-${i}
        expectStatus: [204]
        interval: 30s`,
  )
  // Every stream comes from one address here.
  return `http:\n  maxStreamsPerAddress: ${streamCount}\ncomponents:\n${components.join('\n')}\n`
}

async function untilMeasured(product: Product): Promise<void> {
  const deadline = performance.now() + 60_000
  while (performance.now() < deadline) {
    const status = (await (await fetch(`${product.url}/status`)).json()) as { overall: string }
    if (status.overall === 'operational') return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error('the components were not measured within 60 s')
}

async function underLoad(product: Product): Promise<Report> {
  const answer = await fetch(`${product.url}/status`, { headers: { 'accept-encoding': 'identity' } })
  const body = Buffer.from(await answer.arrayBuffer())
  const scratch = await mkdtemp(join(tmpdir(), 'akashic-bench-body-'))
  const bodyFile = join(scratch, 'status.json')
  await writeFile(bodyFile, body)
  const kept = [...answer.headers].filter(
    ([name]) => !['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding'].includes(name),
  )
  const headers = Object.fromEntries(kept)
  const floor = await startFloor('same-bytes.ts', { bodyFile, headers })
  const floorUrl = `http://127.0.0.1:${floor.port}/status`
  const whole = compare(`${product.url}/status`, floorUrl, [])
  const unchanged = compareNotModified(`${product.url}/status`, floorUrl, headers.etag ?? '')
  await stopChild(floor.child)
  await rm(scratch, { recursive: true, force: true })
  return {
    rows: [...loadRows(`/status, 50 components (${body.length} B)`, whole), ...loadRows('/status, 304', unchanged)],
    raw: { bodyBytes: body.length, whole, unchanged },
  }
}

interface Comparison {
  readonly ours: Load[]
  readonly floor: Load[]
}

function compare(ours: string, floor: string, headers: readonly string[]): Comparison {
  const result: Comparison = { ours: [], floor: [] }
  load(ours, headers, 2)
  load(floor, headers, 2)
  for (let round = 0; round < rounds; round += 1) {
    result.ours.push(load(ours, headers))
    result.floor.push(load(floor, headers))
  }
  return result
}

/** A snapshot may change while wrk runs; `*` matches whichever is current, and the floor is asked with its own tag. */
function compareNotModified(ours: string, floor: string, floorTag: string): Comparison {
  const result: Comparison = { ours: [], floor: [] }
  for (let round = 0; round < rounds; round += 1) {
    result.ours.push(load(ours, ['If-None-Match: *']))
    result.floor.push(load(floor, [`If-None-Match: ${floorTag}`]))
  }
  return result
}

const load = (url: string, headers: readonly string[], forSeconds = seconds): Load =>
  wrk(url, { connections: 64, seconds: forSeconds, headers })

function loadRows(what: string, { ours, floor }: Comparison): Row[] {
  const rate = (loads: Load[]) => median(loads.map((load) => load.requestsPerSecond))
  const p99 = (loads: Load[]) => median(loads.map((load) => load.p99Ms))
  const rateRatio = rate(ours) / rate(floor)
  const p99Ratio = p99(ours) / p99(floor)
  return [
    {
      measure: `${what}: requests/s`,
      ours: rate(ours).toFixed(0),
      floor: rate(floor).toFixed(0),
      ratio: rateRatio.toFixed(2),
      aim: '>= 0.8',
      met: rateRatio >= 0.8,
    },
    {
      measure: `${what}: p99`,
      ours: `${p99(ours).toFixed(2)} ms`,
      floor: `${p99(floor).toFixed(2)} ms`,
      ratio: p99Ratio.toFixed(2),
      aim: '<= 1.5',
      met: p99Ratio <= 1.5,
    },
  ]
}

async function withStreams(product: Product): Promise<Report> {
  const before = rssBytes(product.pid)
  const streams = await openStreams(`${product.url}/status/stream`, streamCount)
  const bytesPerStream = (rssBytes(product.pid) - before) / streamCount
  const received = streams.untilAllReceive('bench-change')
  const changedAt = performance.now()
  await createComponent(product, 'bench-change')
  const arrivals = (await received).map((at) => at - changedAt)
  streams.close()

  const floor = await startFloor('bare-streams.ts')
  const floorBefore = rssBytes(floor.child.pid!)
  const bare = await openStreams(`http://127.0.0.1:${floor.port}/`, streamCount)
  const floorBytesPerStream = (rssBytes(floor.child.pid!) - floorBefore) / streamCount
  const bareReceived = bare.untilAllReceive('changed')
  const toldAt = performance.now()
  floor.child.stdin!.write('go\n')
  const bareArrivals = (await bareReceived).map((at) => at - toldAt)
  bare.close()
  await stopChild(floor.child)

  const slowest = Math.max(...arrivals)
  const memoryRatio = bytesPerStream / floorBytesPerStream
  return {
    rows: [
      {
        measure: `one change to ${streamCount} streams: the last has it after`,
        ours: `${slowest.toFixed(0)} ms`,
        floor: `${Math.max(...bareArrivals).toFixed(0)} ms`,
        ratio: (slowest / Math.max(...bareArrivals)).toFixed(1),
        aim: '< 1000 ms',
        met: slowest < 1000,
      },
      {
        measure: 'memory a stream',
        ours: `${(bytesPerStream / 1024).toFixed(1)} KiB`,
        floor: `${(floorBytesPerStream / 1024).toFixed(1)} KiB`,
        ratio: memoryRatio.toFixed(2),
        aim: '<= 1.5',
        met: memoryRatio <= 1.5,
      },
    ],
    raw: { streamCount, bytesPerStream, floorBytesPerStream, medianMs: quantile(arrivals, 0.5), slowestMs: slowest },
  }
}

async function createComponent(product: Product, id: string): Promise<void> {
  const answer = await fetch(`${product.url}/api/v1/components`, {
    method: 'POST',
    headers: { authorization: `Bearer ${product.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id, name: id, checks: [] }),
  })
  if (!answer.ok) throw new Error(`creating a component was answered ${answer.status}: ${await answer.text()}`)
}
