import { createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { systemClock } from '@akashic/shared/clock'
import { startRedis, type RedisServer, type RedisStart } from '@akashic/testbed'
import { Redis } from 'ioredis'
import type { Engine, Sample, Surroundings } from '../../database/engine.ts'
import { readReport, type DatabaseReport, type TopicReport } from '../../database/read-report.ts'
import { openRedis } from '../open-redis.ts'
import { usualRedisThresholds, type RedisThresholds } from '../thresholds.ts'

const monotonicMs = () => performance.now()

export interface RedisLook {
  readonly thresholds?: Partial<RedisThresholds>
  readonly around?: Partial<Surroundings>
  readonly only?: string
  readonly readyWithin?: number
  readonly deadlineMs?: number
}

export const engineOf = (url: string, { thresholds, readyWithin = 2_000 }: RedisLook = {}): Engine =>
  openRedis(
    { url, readyWithin },
    { clock: systemClock, monotonicMs, thresholds: { ...usualRedisThresholds, ...thresholds } },
  )

/** The report on a Redis, and what it had counted. */
export async function lookAndSample(engine: Engine, how: RedisLook = {}) {
  const around: Surroundings = {
    ...{
      name: 'cache',
      place: engine.place,
      poolSize: null,
      poolUsers: [],
      poolsBeside: [],
      uncountedUsers: [],
      ownerOf: () => null,
      previous: null,
      earlier: null,
    },
    memoryBytes: null,
    ...how.around,
  }
  const topics = engine.topics.filter(({ name }) => how.only === undefined || name === how.only)
  return readReport({ engine, topics, around, monotonicMs, deadlineMs: how.deadlineMs ?? 10_000 })
}

export async function lookAtRedis(url: string, how: RedisLook = {}): Promise<DatabaseReport> {
  return (await lookAndSample(engineOf(url, how), how)).report
}

/** As the look before kept it. */
export const previous = (sample: Sample | null, ageMs = 60_000) => ({ sample: sample!, ageMs })

export const findingsOf = (report: DatabaseReport, rule: string) =>
  [...report.findings, ...report.topics.flatMap(({ findings }) => findings)].filter((each) => each.rule === rule)

export const topicOf = (report: DatabaseReport, name: string): TopicReport =>
  report.topics.find(({ topic }) => topic === name)!

export const unknownsOf = (report: DatabaseReport) => report.topics.flatMap(({ unknown }) => unknown)

/** A server, and clients on it that end with it. */
export async function startRealRedis(options: RedisStart = {}) {
  const server = await startRedis(options)
  const clients: Redis[] = []
  const connect = async (name = 'shop'): Promise<Redis> => {
    const client = new Redis(server.url, {
      ...{ lazyConnect: true, retryStrategy: () => null, enableReadyCheck: false, connectionName: name },
    })
    client.on('error', () => undefined)
    clients.push(client)
    await client.connect()
    return client
  }
  const endClients = (): void => {
    for (const client of clients.splice(0)) client.disconnect()
  }
  return {
    server,
    url: server.url,
    connect,
    endClients,
    stop: async (): Promise<void> => {
      endClients()
      await server.stop()
    },
  }
}

export type StartedRedis = Awaited<ReturnType<typeof startRealRedis>> & { readonly server: RedisServer }

/** Runs a command as it would be pasted after `redis-cli`. */
export const run = (client: Redis, words: readonly string[]): Promise<unknown> =>
  client.call(words[0]!, ...words.slice(1))

/** A server that does something with each connection. */
export async function serverThat(answers: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    answers(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = (): void => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return { url: `redis://reader:pa55word@127.0.0.1:${port}`, port, stop }
}
