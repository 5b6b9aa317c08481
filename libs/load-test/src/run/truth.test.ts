import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { readLoadTest } from '../scenario/read-load-test.ts'
import { summarize } from '../report/summary.ts'
import type { OwnDelay } from './own-delay.ts'
import { runLoadTest } from './run-load-test.ts'

interface Truth {
  readonly count: number
  readonly p50: number
  readonly p99: number
  /** Where it is with 95 %, by how many were answered. */
  readonly p999: readonly [number, number]
  readonly ownDelay: OwnDelay
}

/** 8 s as a rule; of the long run 110 s, for 100,000 answers. */
const seconds = process.env['AKASHIC_LONG'] === undefined ? 8 : 110
const perSecond = seconds === 8 ? 800 : 950
const stallMs = 2_000

let server: ChildProcess
let baseUrl: string

beforeAll(async () => {
  const file = fileURLToPath(new URL('../testing/known-server.ts', import.meta.url))
  server = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(server.stdout!, 'data')) as [Buffer]
  baseUrl = `http://127.0.0.1:${(JSON.parse(line.toString()) as { port: number }).port}`
}, 20_000)
afterAll(() => void server.kill())

const truthOf = async (): Promise<Truth> => (await (await fetch(`${baseUrl}/truth`)).json()) as Truth
const load = async (executor: string) => {
  const text = `baseUrl: ${baseUrl}\nscenarios: { a: { executor: ${executor}, steps: [{ request: { url: / } }] } }`
  const test = await readLoadTest({ file: 'load.yaml', text, env: {} })
  const { latency, dropped, failed, ownDelay } = summarize(
    await runLoadTest(test, {
      allowedOrigins: null,
      allowHosts: [],
      runId: 'truth',
      workers: 1,
      now: Date.now,
      random: Math.random,
    }),
  )
  return { ...latency!, dropped, failed, ownDelay }
}

/** Within 2 % or 2 ms of it, and what both ends were late themselves: on a busy machine that is not little. */
function expectNear(measured: number, [least, most]: readonly [number, number], lateMs: number): void {
  expect(measured).toBeGreaterThanOrEqual(least - Math.max(0.02 * least, 2))
  expect(measured).toBeLessThanOrEqual(most + Math.max(0.02 * most, 2) + lateMs)
}

test.each([
  ['closed', `constant-vus, vus: ${Math.round(perSecond / 13)}, duration: ${seconds}s`, 0],
  ['open', `constant-arrival-rate, rate: ${perSecond}, duration: ${seconds}s, maxVus: 4000`, 0],
  ['stalled open', `constant-arrival-rate, rate: ${perSecond}, duration: ${seconds}s, maxVus: 4000`, stallMs],
])(
  'what a %s test measures is what the server says that it took',
  async (_, executor, stall) => {
    await truthOf()
    if (stall > 0) setTimeout(() => void fetch(`${baseUrl}/stall?ms=${stall}`), 3_000)
    const measured = await load(executor)
    const truth = await truthOf()
    expect({ samples: measured.samples, failed: measured.failed, dropped: measured.dropped }).toEqual({
      samples: truth.count,
      failed: 0,
      dropped: 0,
    })
    const lateMs = measured.ownDelay.maxMs + truth.ownDelay.maxMs
    expectNear(measured.medianMs, [truth.p50, truth.p50], measured.ownDelay.p99Ms + truth.ownDelay.p99Ms)
    expectNear(measured.p99Ms, [truth.p99, truth.p99], lateMs)
    expectNear(measured.p999Ms, truth.p999, lateMs)
  },
  seconds * 1_000 + 60_000,
)

test('an open test feels a stall from when each request was to be sent, also those that the stall kept back', async () => {
  const lasts = 10
  setTimeout(() => void fetch(`${baseUrl}/stall?ms=${stallMs}`), 3_000)
  const measured = await load(`constant-arrival-rate, rate: 300, duration: ${lasts}s, maxVus: 2000`)
  // Of 10 s, 2 s were to be sent into the stall and waited for the rest of it: evenly from all of it to none.
  const share = stallMs / (lasts * 1_000)
  expect(measured.dropped).toBe(0)
  const expectedP95 = stallMs * (1 - 0.05 / share) + 60
  expect(measured.p95Ms).toBeGreaterThan(expectedP95 * 0.93)
  expect(measured.p95Ms).toBeLessThan(expectedP95 * 1.07 + measured.ownDelay.maxMs)
  expect(measured.p99Ms).toBeGreaterThan(stallMs * (1 - 0.01 / share) * 0.93)
  expect(measured.medianMs).toBeLessThan(80 + measured.ownDelay.p99Ms)
}, 60_000)
