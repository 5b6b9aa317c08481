import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startTestPostgres } from '@akashic/testbed'
import { cpuMs, rssBytes } from './process-cost.ts'
import { startFloor, stopChild } from './product.ts'
import { quantile, type Report } from './table.ts'

const componentCount = 10_000
const intervalMs = 60_000
const warmUpMs = 90_000
const measuredMs = 120_000
const root = join(import.meta.dirname, '..', '..')

/** 10,000 http components at 60 s against a local server, by status-svc alone on a Postgres of its own. */
export async function run(): Promise<Report> {
  const target = await startFloor('target.ts')
  const postgres = await startTestPostgres()
  const service = await startService(target.port, postgres.url)
  const startedAt = Date.now()
  await sleep(warmUpMs)
  const oursBefore = cpuMs(service.pid, { tree: false })
  const postgresBefore = cpuMs(postgres.pid, { tree: true })
  const from = Date.now()
  let peakRss = 0
  while (Date.now() < from + measuredMs) {
    peakRss = Math.max(peakRss, rssBytes(service.pid))
    await sleep(1_000)
  }
  const to = Date.now()
  const oursMs = cpuMs(service.pid, { tree: false }) - oursBefore
  const postgresMs = cpuMs(postgres.pid, { tree: true }) - postgresBefore
  const arrivals = await readArrivals(target.port)
  await service.stop()
  await postgres.stop()
  const floorMs = bareRequestMs(target.port)
  await stopChild(target.child)
  return reportOf({ arrivals, startedAt, from, to, oursMs, postgresMs, floorMs, peakRss })
}

async function startService(targetPort: number, databaseUrl: string) {
  const scratch = await mkdtemp(join(tmpdir(), 'akashic-bench-checks-'))
  const config = join(scratch, 'akashic.yaml')
  const components = Array.from(
    { length: componentCount },
    (_, i) =>
      `  - { id: c-${i}, name: C ${i}, checks: [{ kind: http, url: "http://127.0.0.1:${targetPort}/c-${i}", expectStatus: [204], interval: 60s }] }`,
  )
  await writeFile(config, `components:\n${components.join('\n')}\n`)
  const adminPort = await freePort()
  const child = spawn(process.execPath, [join(root, 'apps/status-svc/src/main.ts')], {
    cwd: scratch,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AKASHIC_CONFIG: config,
      AKASHIC_DATA_DIR: join(scratch, 'data'),
      DATABASE_URL: databaseUrl,
      ADMIN_PORT: String(adminPort),
      RPC_LISTEN: '127.0.0.1:0',
    },
  })
  return {
    pid: child.pid!,
    stop: async () => {
      await stopChild(child)
      await rm(scratch, { recursive: true, force: true })
    },
  }
}

async function readArrivals(port: number): Promise<Map<string, number[]>> {
  const answer = await fetch(`http://127.0.0.1:${port}/_arrivals`)
  return new Map((await answer.json()) as [string, number[]][])
}

function bareRequestMs(port: number): number {
  const input = JSON.stringify({ url: `http://127.0.0.1:${port}/floor`, requests: 10_000, concurrency: 16 })
  const { stdout } = spawnSync(process.execPath, [join(import.meta.dirname, 'floor', 'bare-requests.ts'), input], {
    encoding: 'utf8',
  })
  return Number(stdout)
}

interface Measured {
  readonly arrivals: Map<string, number[]>
  readonly startedAt: number
  readonly from: number
  readonly to: number
  readonly oursMs: number
  readonly postgresMs: number
  readonly floorMs: number
  readonly peakRss: number
}

function reportOf(measured: Measured): Report {
  const { arrivals, startedAt, from, to, oursMs, postgresMs, floorMs, peakRss } = measured
  const series = [...arrivals].filter(([path]) => path.startsWith('/c-')).map(([, times]) => times)
  const startedInTime = series.filter((times) => times[0]! <= startedAt + intervalMs + 5_000).length
  const gaps = series.flatMap((times) => times.slice(1).map((at, i) => at - times[i]!))
  const lateness = gaps.map((gap) => Math.max(0, gap - intervalMs))
  const lost = gaps.filter((gap) => gap > 1.5 * intervalMs).length + (componentCount - series.length)
  const doubled = gaps.filter((gap) => gap < 0.5 * intervalMs).length
  const checks = series.flat().filter((at) => at >= from && at < to).length
  const ourCost = oursMs / checks
  const wholeCost = (oursMs + postgresMs) / checks
  const p99Lateness = quantile(lateness, 0.99)
  const rssMb = peakRss / 1e6
  return {
    rows: [
      {
        measure: 'started within the first interval',
        ours: `${startedInTime} of ${componentCount}`,
        peer: '663 (Gatus, after 150 s; recorded)',
        aim: 'all',
        met: startedInTime === componentCount,
      },
      { measure: 'p99 lateness', ours: `${p99Lateness.toFixed(0)} ms`, aim: '< 1000 ms', met: p99Lateness < 1000 },
      { measure: 'lost, doubled', ours: `${lost}, ${doubled}`, aim: '0, 0', met: lost + doubled === 0 },
      {
        measure: 'CPU a check, ours alone',
        ours: `${ourCost.toFixed(3)} ms`,
        floor: `${floorMs.toFixed(3)} ms (undici, new connection)`,
        ratio: (ourCost / floorMs).toFixed(2),
        aim: '<= 2.5',
        met: ourCost <= 2.5 * floorMs,
      },
      {
        measure: 'CPU a check, with Postgres',
        ours: `${wholeCost.toFixed(3)} ms`,
        peer: '4.5 ms (Gatus, recorded)',
        ratio: (wholeCost / 4.5).toFixed(2),
        aim: '<= 1 ms',
        met: wholeCost <= 1,
      },
      { measure: 'resident memory, peak', ours: `${rssMb.toFixed(0)} MB`, aim: '< 400 MB', met: rssMb < 400 },
    ],
    raw: {
      checks,
      oursMs,
      postgresMs,
      floorMs,
      peakRss,
      p50LatenessMs: quantile(lateness, 0.5),
      p99LatenessMs: p99Lateness,
      maxLatenessMs: Math.max(...lateness),
      lost,
      doubled,
      startedInTime,
    },
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
