import { setTimeout as sleep } from 'node:timers/promises'
import { askOver, firstTokens, forSeconds, type Answers } from './ai-client.ts'
import { question, startWays, type Way, type Ways } from './ai-ways.ts'
import { rssBytes } from './process-cost.ts'
import { median, quantile, type Report, type Row } from './table.ts'
import { wrk } from './wrk.ts'

const rounds = 3
const seconds = 5
const streams = 300
const manyRequests = 200_000
/** Memory is compared from here on: by then every cache is filled. */
const warmRequests = 40_000
const names = ['direct', 'ours', 'portkey'] as const

type Name = (typeof names)[number]
type Each<T> = Readonly<Record<Name, T>>

/** What the proxy adds to a call of a provider, beside the call alone and beside Portkey's gateway. Client, proxy, provider and
 *  our database share this machine. */
export async function run(): Promise<Report> {
  const ways = await startWays(1)
  try {
    await inTurn(ways, (way) => askOver(16, way, forSeconds(3)))
    const one = await inRounds(ways, (way) => askOver(1, way, forSeconds(seconds)))
    const sixteen = await inRounds(ways, (way) => askOver(16, way, forSeconds(seconds)))
    const sixtyFour = await inRounds(ways, (way) => askOver(64, way, forSeconds(seconds)))
    const light = await inRounds(ways, async (way) => loadByWrk(way).requestsPerSecond)
    const first = await inRounds(ways, (way) => firstTokens(way, streams))
    const memory = await memoryOver(ways)
    return {
      rows: [
        ...latencyRows('1 connection', one, { p50: 1, p99: 5 }),
        ...latencyRows('16 connections', sixteen),
        ...latencyRows('64 connections', sixtyFour),
        ...rateRows(
          '64 connections',
          perWay(sixtyFour, (all) => median(all.map((each) => each.requestsPerSecond))),
        ),
        rateRow('64 connections, by wrk', perWay(light, median)),
        ...timeRows(
          'first token of a stream',
          perWay(first, (all) => all.flat()),
          { p50: 1 },
        ),
        memoryRow(memory),
      ],
      raw: { one: figures(one), sixteen: figures(sixteen), sixtyFour: figures(sixtyFour), light, memory },
    }
  } finally {
    await ways.stop()
  }
}

async function inTurn<T>(ways: Ways, measure: (way: Way) => Promise<T>): Promise<Each<T>> {
  const [direct, ours, portkey] = [await measure(ways.direct), await measure(ways.ours), await measure(ways.portkey)]
  return { direct, ours, portkey }
}

async function inRounds<T>(ways: Ways, measure: (way: Way) => Promise<T>): Promise<Each<T[]>> {
  const each: Record<Name, T[]> = { direct: [], ours: [], portkey: [] }
  for (let round = 0; round < rounds; round++) {
    const turn = await inTurn(ways, measure)
    for (const name of names) each[name].push(turn[name])
  }
  return each
}

const perWay = <T, R>(each: Each<T>, of: (value: T) => R): Each<R> => ({
  ...{ direct: of(each.direct), ours: of(each.ours), portkey: of(each.portkey) },
})

const latenciesOf = (all: readonly Answers[]): number[] => all.flatMap(({ latenciesMs }) => latenciesMs)

const figures = (each: Each<Answers[]>) =>
  perWay(each, (all) => ({
    p50Ms: quantile(latenciesOf(all), 0.5),
    p99Ms: quantile(latenciesOf(all), 0.99),
    requestsPerSecond: all.map(({ requestsPerSecond }) => requestsPerSecond),
  }))

/** A client that costs next to nothing, so that the provider alone has a processor of its own. */
function loadByWrk(way: Way) {
  const headers = Object.entries(way.headers).map(([name, value]) => `${name}: ${value}`)
  const body = JSON.stringify(question)
  return wrk(`${way.baseUrl}/chat/completions`, { connections: 64, seconds, headers, body })
}

/** Resident memory of ours while it answers so many requests. */
async function memoryOver({ ours, service }: Ways) {
  const samples: { readonly requests: number; readonly bytes: number }[] = []
  const everyRequests = 20_000
  for (let requests = 0; requests < manyRequests; requests += everyRequests) {
    await askOver(64, ours, (asked) => asked >= everyRequests)
    await sleep(500)
    samples.push({ requests: requests + everyRequests, bytes: rssBytes(service.pid) })
  }
  return samples
}

interface Allowed {
  readonly p50?: number
  readonly p99?: number
}

const latencyRows = (where: string, each: Each<Answers[]>, allowed: Allowed = {}): Row[] =>
  timeRows(where, perWay(each, latenciesOf), allowed)

function timeRows(what: string, each: Each<number[]>, allowed: Allowed): Row[] {
  const row = (share: number, allowedMs: number | undefined): Row => {
    const { direct, ours, portkey } = perWay(each, (times) => quantile(times, share))
    const ms = (value: number) => `${value.toFixed(2)} ms`
    return {
      ...{ measure: `${what}: p${share * 100}`, ours: ms(ours), floor: ms(direct), peer: ms(portkey) },
      ratio: (ours / direct).toFixed(2),
      ...(allowedMs !== undefined && { aim: `adds <= ${allowedMs} ms`, met: ours - direct <= allowedMs }),
    }
  }
  return [row(0.5, allowed.p50), row(0.99, allowed.p99)]
}

function rateRow(where: string, { direct, ours, portkey }: Each<number>): Row {
  const perSecond = (value: number) => `${value.toFixed(0)}/s`
  const [floor, peer] = [perSecond(direct), perSecond(portkey)]
  return { measure: where, ours: perSecond(ours), floor, peer, ratio: (ours / direct).toFixed(2) }
}

function rateRows(where: string, rates: Each<number>): Row[] {
  const { direct, ours, portkey } = rates
  return [
    { ...rateRow(`${where}: beside the provider`, rates), aim: '>= 0.6', met: ours >= 0.6 * direct },
    {
      ...rateRow(`${where}: beside Portkey`, rates),
      ...{ ratio: (ours / portkey).toFixed(2), aim: '>= 2', met: ours >= 2 * portkey },
    },
  ]
}

function memoryRow(samples: Awaited<ReturnType<typeof memoryOver>>): Row {
  const warm = samples.find(({ requests }) => requests === warmRequests)!.bytes
  const last = samples.at(-1)!.bytes
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
  return {
    measure: `resident memory after ${manyRequests} requests (after ${warmRequests})`,
    ours: `${megabytes(last)} (${megabytes(warm)})`,
    ratio: (last / warm).toFixed(2),
    aim: '<= 1.1',
    met: last <= 1.1 * warm,
  }
}
