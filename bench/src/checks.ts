import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { openDatabase, sql } from '@akashic/shared/postgres'
import { startTestPostgres, type TestPostgres } from '@akashic/testbed'
import { pino } from 'pino'
import { cpuMs, peakRssBytes, rssBytes } from './process-cost.ts'
import { startFloor, stopChild } from './product.ts'
import { startService, type Service } from './service.ts'
import { median, quantile, type Report, type Row } from './table.ts'

const componentCount = 10_000
const intervalMs = 60_000
const warmUpMs = 90_000
const measuredMs = 120_000
const floorRounds = 3

/** 10,000 http components at 60 s against a local server, by status-svc alone on a Postgres of its own. */
export async function run(): Promise<Report> {
  const target = await startFloor('target.ts')
  try {
    const measured = await onPostgres((postgres) => measure(target.port, postgres))
    return reportOf({ ...measured, floorMs: bareRequestMs(target.port) })
  } finally {
    await stopChild(target.child)
  }
}

async function onPostgres<T>(work: (postgres: TestPostgres) => Promise<T>): Promise<T> {
  const postgres = await startTestPostgres()
  try {
    return await work(postgres)
  } finally {
    await postgres.stop()
  }
}

async function measure(targetPort: number, postgres: TestPostgres): Promise<Omit<Measured, 'floorMs'>> {
  const service = await startService({
    app: 'status-svc',
    config: configFor(targetPort),
    databaseUrl: postgres.url,
  })
  try {
    const readyAt = Date.now()
    await sleep(warmUpMs)
    const costs = await costsOver(measuredMs, service, postgres)
    const arrivals = await readArrivals(targetPort)
    const written = await resultsBefore(costs.to, postgres.url)
    const memory = { peakRss: peakRssBytes(service.pid), steadyRss: rssBytes(service.pid) }
    return { ...costs, ...memory, arrivals, written, readyAt, startMs: service.startMs }
  } finally {
    await service.stop()
  }
}

async function costsOver(ms: number, service: Service, postgres: TestPostgres) {
  const spent = () => ({ ours: cpuMs(service.pid, { tree: false }), postgres: cpuMs(postgres.pid, { tree: true }) })
  const before = spent()
  const from = Date.now()
  await sleep(ms)
  const after = spent()
  return { from, to: Date.now(), oursMs: after.ours - before.ours, postgresMs: after.postgres - before.postgres }
}

function configFor(targetPort: number): string {
  const components = Array.from({ length: componentCount }, (_, i) => {
    const url = `http://127.0.0.1:${targetPort}/c-${i}`
    return `  - { id: c-${i}, name: C ${i}, checks: [{ kind: http, url: "${url}", expectStatus: [204], interval: 60s }] }`
  })
  return `components:\n${components.join('\n')}\n`
}

async function readArrivals(port: number): Promise<Map<string, number[]>> {
  const answer = await fetch(`http://127.0.0.1:${port}/_arrivals`)
  return new Map((await answer.json()) as [string, number[]][])
}

/** How many results of checks that started before `ms` are in the tables, a moment after. */
async function resultsBefore(ms: number, databaseUrl: string): Promise<number> {
  await sleep(5_000)
  const db = openDatabase({ url: databaseUrl, applicationName: 'bench', log: pino({ level: 'silent' }) })
  try {
    const [row] = await db.query<{ count: number }>(sql`
      SELECT count(*)
        FROM status.check_result
       WHERE at < ${new Date(ms)}`)
    return row!.count
  } finally {
    await db.close()
  }
}

function bareRequestMs(port: number): number {
  const input = JSON.stringify({ url: `http://127.0.0.1:${port}/floor`, requests: 10_000, concurrency: 16 })
  const script = join(import.meta.dirname, 'floor', 'bare-requests.ts')
  const rounds = Array.from({ length: floorRounds }, () =>
    Number(spawnSync(process.execPath, [script, input], { encoding: 'utf8' }).stdout),
  )
  return median(rounds)
}

interface Measured {
  /** When each path was asked for, epoch ms. */
  readonly arrivals: Map<string, number[]>
  /** Results in the tables of checks that started before `to`. */
  readonly written: number
  readonly startMs: number
  readonly readyAt: number
  readonly from: number
  readonly to: number
  readonly oursMs: number
  readonly postgresMs: number
  readonly floorMs: number
  readonly peakRss: number
  readonly steadyRss: number
}

function reportOf(measured: Measured): Report {
  const { arrivals, from, to, oursMs, postgresMs, floorMs } = measured
  const rhythm = rhythmOf(measured)
  const checks = [...arrivals.values()].flat().filter((at) => at >= from && at < to).length
  const rows = [
    ...rhythmRows(rhythm),
    ...costRows({ ours: oursMs / checks, whole: (oursMs + postgresMs) / checks, floorMs }),
    memoryRow(measured),
  ]
  const { arrivals: _, ...figures } = measured
  return { rows, raw: { checks, ...figures, ...rhythm } }
}

type Rhythm = ReturnType<typeof rhythmOf>

function rhythmOf({ arrivals, written, readyAt, to }: Measured) {
  const series = [...arrivals].filter(([path]) => path.startsWith('/c-')).map(([, times]) => times)
  const gaps = series.flatMap((times) => times.slice(1).map((at, i) => at - times[i]!))
  const lateness = gaps.map((gap) => Math.max(0, gap - intervalMs))
  const silent = series.filter((times) => to - times.at(-1)! > 1.5 * intervalMs).length + componentCount - series.length
  const made = series.flat().filter((at) => at < to).length
  return {
    startedInTime: series.filter((times) => times[0]! <= readyAt + intervalMs).length,
    p50LatenessMs: quantile(lateness, 0.5),
    p99LatenessMs: quantile(lateness, 0.99),
    maxLatenessMs: lateness.reduce((most, ms) => Math.max(most, ms), 0),
    lost: gaps.filter((gap) => gap > 1.5 * intervalMs).length + silent,
    doubled: gaps.filter((gap) => gap < 0.5 * intervalMs).length,
    made,
    unwritten: made - written,
  }
}

function rhythmRows({ startedInTime, p99LatenessMs, lost, doubled, unwritten }: Rhythm): Row[] {
  return [
    {
      measure: 'started within the first interval',
      ours: `${startedInTime} of ${componentCount}`,
      peer: '663 (Gatus, after 150 s; recorded)',
      aim: 'all',
      met: startedInTime === componentCount,
    },
    { measure: 'p99 lateness', ours: `${p99LatenessMs.toFixed(0)} ms`, aim: '< 1000 ms', met: p99LatenessMs < 1000 },
    {
      measure: 'lost, doubled, made but not in the tables',
      ours: `${lost}, ${doubled}, ${unwritten}`,
      aim: '0, 0, 0',
      met: lost === 0 && doubled === 0 && unwritten === 0,
    },
  ]
}

function costRows({ ours, whole, floorMs }: { ours: number; whole: number; floorMs: number }): Row[] {
  return [
    {
      measure: 'CPU a check, ours alone',
      ours: `${ours.toFixed(3)} ms`,
      floor: `${floorMs.toFixed(3)} ms (undici, new connection)`,
      ratio: (ours / floorMs).toFixed(2),
      aim: '<= 2.5',
      met: ours <= 2.5 * floorMs,
    },
    {
      measure: 'CPU a check, with Postgres',
      ours: `${whole.toFixed(3)} ms`,
      peer: '4.5 ms (Gatus, recorded)',
      ratio: (whole / 4.5).toFixed(2),
      aim: '<= 1 ms',
      met: whole <= 1,
    },
  ]
}

function memoryRow({ peakRss, steadyRss }: Measured): Row {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0)
  return {
    measure: 'resident memory: peak since the start (at the end)',
    ours: `${megabytes(peakRss)} (${megabytes(steadyRss)}) MB`,
    aim: '< 400 MB',
    met: peakRss < 400e6,
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
