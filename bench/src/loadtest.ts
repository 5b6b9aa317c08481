import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LoadTestSummary } from '@akashic/load-test'
import { startNginx, vegetaPart, vegetaProgram } from '@akashic/testbed'
import { median, type Report } from './table.ts'
import { timedProgram } from './timed-program.ts'

const rounds = 3
const seconds = 8
const connections = 32
const rate = 500
const cli = fileURLToPath(new URL('../../apps/cli/bin/akashic.mjs', import.meta.url))
const knownServer = fileURLToPath(new URL('../../libs/load-test/src/testing/known-server.ts', import.meta.url))
const bareLoop = fileURLToPath(new URL('./floor/undici-loop.ts', import.meta.url))

interface Latency {
  readonly p50: number
  readonly p99: number
}

/** What a load generator costs and how true it is, beside vegeta (Go) and a bare loop, on the same servers in the same run.
 *  Generators and servers share the machine, one generator at a time. */
export async function run(): Promise<Report> {
  if (!vegetaPart.isPresent()) await vegetaPart.install?.()
  const folder = await mkdtemp(join(tmpdir(), 'akashic-bench-loadtest-'))
  try {
    const throughput = await measureThroughput(folder)
    const truth = await measureTruth(folder)
    return reportOf(throughput, truth)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Requests for each second of processor time, a few rounds one after the other, so that all meet the same machine. */
async function measureThroughput(folder: string) {
  const nginx = await startNginx()
  const perCore = { ours: [] as number[], floor: [] as number[], peer: [] as number[] }
  try {
    for (let round = 0; round < rounds; round++) {
      const ours = await runOurs(folder, nginx.url, `constant-vus, vus: ${connections}, duration: ${seconds}s`)
      perCore.ours.push(ours.perCore)
      const floor = await timedProgram([
        process.execPath,
        bareLoop,
        `${nginx.url}/`,
        String(connections),
        String(seconds),
      ])
      perCore.floor.push((Number(floor.stdout.trim()) * 1_000) / floor.cpuMs)
      perCore.peer.push((await runVegeta(nginx.url, ['-rate=0', `-max-workers=${connections}`])).perCore)
    }
  } finally {
    await nginx.stop()
  }
  return perCore
}

/** How much longer than the server itself each says that answers took, at a steady rate. */
async function measureTruth(folder: string) {
  const { child, url } = await startKnownServer()
  const over = { ours: [] as Latency[], peer: [] as Latency[] }
  const truthOf = async (): Promise<Latency> => (await (await fetch(`${url}/truth`)).json()) as Latency
  const more = (said: Latency, truth: Latency): Latency => ({ p50: said.p50 - truth.p50, p99: said.p99 - truth.p99 })
  try {
    for (let round = 0; round < rounds; round++) {
      await truthOf()
      const ours = await runOurs(folder, url, `constant-arrival-rate, rate: ${rate}, duration: ${seconds}s`)
      over.ours.push(more(ours.latency, await truthOf()))
      const peer = await runVegeta(url, [`-rate=${rate}`])
      over.peer.push(more(peer.latency, await truthOf()))
    }
  } finally {
    child.kill()
  }
  return over
}

async function startKnownServer(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [knownServer], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, url: `http://127.0.0.1:${(JSON.parse(line.toString()) as { port: number }).port}` }
}

async function runOurs(folder: string, url: string, executor: string) {
  const file = join(folder, 'load.yaml')
  const limits = 'limits: { maxRequests: 100000000 }'
  const scenario = `scenarios: { a: { executor: ${executor}, steps: [{ request: { url: / } }] } }`
  await writeFile(file, `baseUrl: ${url}\n${limits}\n${scenario}\n`)
  const { stdout, cpuMs } = await timedProgram([
    process.execPath,
    cli,
    'loadtest',
    'run',
    file,
    '--workers',
    '1',
    '--json',
  ])
  const { requests, failed, latency } = JSON.parse(stdout) as LoadTestSummary
  if (failed > 0 || latency === null) throw new Error(`${failed} of our ${requests} requests failed`)
  return { perCore: (requests * 1_000) / cpuMs, latency: { p50: latency.medianMs, p99: latency.p99Ms } }
}

async function runVegeta(url: string, options: readonly string[]) {
  const attack = `echo 'GET ${url}/' | '${vegetaProgram()}' attack -duration=${seconds}s ${options.join(' ')} > "$1"`
  const results = join(tmpdir(), `akashic-vegeta-${process.pid}.bin`)
  const { cpuMs } = await timedProgram(['bash', '-c', attack, 'attack', results])
  const { stdout } = await timedProgram([vegetaProgram(), 'report', '-type=json', results])
  await rm(results, { force: true })
  const report = JSON.parse(stdout) as {
    requests: number
    success: number
    latencies: { '50th': number; '99th': number }
  }
  if (report.success < 1) throw new Error(`vegeta's requests failed: ${report.success}`)
  const ms = (nanoseconds: number): number => nanoseconds / 1e6
  const { '50th': p50, '99th': p99 } = report.latencies
  return { perCore: (report.requests * 1_000) / cpuMs, latency: { p50: ms(p50), p99: ms(p99) } }
}

function reportOf(
  perCore: Awaited<ReturnType<typeof measureThroughput>>,
  over: Awaited<ReturnType<typeof measureTruth>>,
): Report {
  const [ours, floor, peer] = [perCore.ours, perCore.floor, perCore.peer].map(median)
  const overhead = (all: readonly Latency[], of: keyof Latency): number => median(all.map((each) => each[of]))
  const truthRow = (of: keyof Latency, name: string) => ({
    measure: `${name} over what the server says, ${rate} a second`,
    ours: `${overhead(over.ours, of).toFixed(2)} ms`,
    peer: `${overhead(over.peer, of).toFixed(2)} ms`,
    ratio: (overhead(over.ours, of) / overhead(over.peer, of)).toFixed(2),
    ...(of === 'p99' && { aim: 'below the peer', met: overhead(over.ours, of) < overhead(over.peer, of) }),
  })
  return {
    rows: [
      {
        measure: `requests for a second of processor, ${connections} connections`,
        ours: ours!.toFixed(0),
        floor: floor!.toFixed(0),
        peer: peer!.toFixed(0),
        ratio: `${(ours! / peer!).toFixed(2)} of the peer, ${(ours! / floor!).toFixed(2)} of the floor`,
        aim: '>= 1.25 of the peer',
        met: ours! >= 1.25 * peer!,
      },
      truthRow('p50', 'median'),
      truthRow('p99', 'p99'),
    ],
    raw: { peer: 'vegeta 12.13.0', seconds, rounds, connections, rate, perCore, over },
  }
}
