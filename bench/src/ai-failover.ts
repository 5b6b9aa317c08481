import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { question, startWays, type Way, type Ways } from './ai-ways.ts'
import { quantile, type Report, type Row } from './table.ts'

const perSecond = 200
const beforeMs = 4_000
const afterMs = 8_000
const pollMs = 10
const connections = 512
const longestMs = 30_000

interface Answer {
  /** Since the fault. */
  readonly sentMs: number
  readonly status: number
  readonly tookMs: number
}

interface Failover {
  readonly answers: readonly Answer[]
  /** From the fault to the open circuit; null where it did not open, or where the way has none. */
  readonly openedMs: number | null
}

type Fault = 'killed' | 'held still'

/** The first of two providers dies, or no longer moves, under 200 requests a second. */
export async function run(): Promise<Report> {
  const [killed, still] = [await failover('killed'), await failover('held still')]
  return {
    rows: [...rowsOf('killed', killed), ...rowsOf('held still', still)],
    raw: { perSecond, killed: figures(killed), still: figures(still) },
  }
}

interface Both {
  readonly ours: Failover
  readonly portkey: Failover
}

async function failover(fault: Fault): Promise<Both> {
  // A provider that is held still is known by this alone.
  const ways = await startWays(2, { timeouts: { firstByte: '1s' } })
  const [first] = ways.providers
  try {
    const ours = await under(ways.ours, fault, ways)
    first!.resume()
    await first!.restart()
    const portkey = await under(ways.portkey, fault, ways)
    return { ours, portkey }
  } finally {
    first!.resume()
    await ways.stop()
  }
}

async function under(way: Way, fault: Fault, ways: Ways): Promise<Failover> {
  const pool = new Pool(new URL(way.baseUrl).origin, { connections, headersTimeout: longestMs })
  const answers: Promise<Answer>[] = []
  const startedMs = performance.now()
  let faultMs = Infinity
  const opened = untilOpen(ways, way === ways.ours)
  for (let sent = 0; sent < ((beforeMs + afterMs) / 1_000) * perSecond; sent++) {
    const dueMs = startedMs + (sent * 1_000) / perSecond
    if (dueMs > performance.now()) await sleep(dueMs - performance.now())
    if (faultMs === Infinity && performance.now() - startedMs >= beforeMs) {
      faultMs = performance.now()
      if (fault === 'killed') void ways.providers[0]!.kill()
      else ways.providers[0]!.pause()
    }
    answers.push(ask(pool, way))
  }
  const settled = await Promise.all(answers)
  const openedAtMs = await opened
  await pool.close()
  return {
    answers: settled.map(({ sentMs, ...rest }) => ({ ...rest, sentMs: sentMs - faultMs })),
    openedMs: openedAtMs === null ? null : openedAtMs - faultMs,
  }
}

async function ask(pool: Pool, way: Way): Promise<Answer> {
  const sentMs = performance.now()
  const headers = { ...way.headers, 'content-type': 'application/json' }
  const path = `${new URL(way.baseUrl).pathname}/chat/completions`
  const status = await pool
    .request({ method: 'POST', path, headers, body: JSON.stringify(question) })
    .then(async ({ statusCode, body }) => {
      await body.dump()
      return statusCode
    })
    .catch(() => 0)
  return { sentMs, status, tookMs: performance.now() - sentMs }
}

/** When the circuit of the first provider opens, by the metrics; null where it does not in this run. */
async function untilOpen({ service }: Ways, isWatched: boolean): Promise<number | null> {
  const endMs = performance.now() + beforeMs + afterMs
  while (isWatched && performance.now() < endMs) {
    const metrics = await (await fetch(`${service.adminUrl}/metrics`)).text()
    if (/^akashic_ai_circuit_state\{[^}]*provider="provider-1"[^}]*\} 2$/m.test(metrics)) return performance.now()
    await sleep(pollMs)
  }
  return null
}

const errorsIn = (answers: readonly Answer[]): number => answers.filter(({ status }) => status !== 200).length

function figures({ ours, portkey }: Both) {
  const of = ({ answers, openedMs }: Failover) => {
    const after = answers.filter(({ sentMs }) => sentMs >= 0)
    const afterOpen = answers.filter(({ sentMs }) => openedMs !== null && sentMs >= openedMs)
    const times = after.map(({ tookMs }) => tookMs)
    return {
      openedMs,
      ...{ errors: errorsIn(answers), errorsAfterOpen: errorsIn(afterOpen) },
      ...{ p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99), slowestMs: Math.max(...times) },
    }
  }
  return { ours: of(ours), portkey: of(portkey) }
}

function rowsOf(fault: Fault, both: Both): Row[] {
  const { ours, portkey } = figures(both)
  const ms = (value: number) => `${value.toFixed(0)} ms`
  const what = `provider ${fault}`
  const isAimed = fault === 'killed'
  const opened = ours.openedMs
  return [
    {
      ...{ measure: `${what}: until its circuit is open`, ours: opened === null ? 'never' : ms(opened) },
      peer: 'has none',
      ...(isAimed && { aim: '< 2000 ms', met: opened !== null && opened < 2_000 }),
    },
    {
      ...{ measure: `${what}: errors that callers see once it is open`, ours: String(ours.errorsAfterOpen) },
      ...(isAimed && { aim: '0', met: opened !== null && ours.errorsAfterOpen === 0 }),
    },
    {
      ...{
        measure: `${what}: errors that callers see in all`,
        ours: String(ours.errors),
        peer: String(portkey.errors),
      },
    },
    { measure: `${what}: p50 afterwards`, ours: ms(ours.p50Ms), peer: ms(portkey.p50Ms) },
    { measure: `${what}: slowest answer afterwards`, ours: ms(ours.slowestMs), peer: ms(portkey.slowestMs) },
  ]
}
