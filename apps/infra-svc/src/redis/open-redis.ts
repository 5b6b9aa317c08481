import type { DatabaseSpec } from '@akashic/config'
import type { Clock } from '@akashic/shared/clock'
import {
  DatabaseUnreachable,
  type Engine,
  type Reached,
  type ServerDocument,
  type Surroundings,
  type UsableConnections,
} from '../database/engine.ts'
import type { Unknown } from '../database/judged.ts'
import { commonSteps } from '../database/next-steps.ts'
import { unreachable, type Unreachable } from '../database/reachability.ts'
import { createTurns } from '../database/turns.ts'
import { changesBetween } from './changes.ts'
import { parseInfo, type Info } from './info.ts'
import { redisPlaceOf, shownPlace, type RedisPlace } from './place.ts'
import { connectRedis, type RedisConnection } from './redis-connection.ts'
import { refused, type RedisAround, type RedisSource } from './redis-topic.ts'
import { Refusal } from './refusal.ts'
import { redisCli } from './remedies.ts'
import { levelsOf, sampleOf, versionOf, type RedisSample } from './sample.ts'
import { usualRedisThresholds, type RedisThresholds } from './thresholds.ts'
import { redisTopics } from './topics.ts'

/** What looks at it must not take what it lacks. */
const mostConnections = 2

export interface RedisDeps {
  readonly clock: Pick<Clock, 'now'>
  readonly monotonicMs: () => number
  readonly thresholds?: RedisThresholds
}

/** A Redis or Valkey that is looked at. It is asked by INFO, PING, SLOWLOG GET, LATENCY LATEST, CLIENT LIST, CONFIG GET and
 *  CLUSTER INFO, which change nothing; each look has a connection of its own, and there are two at most. */
export function openRedis(
  { url, readyWithin }: Pick<DatabaseSpec, 'url' | 'readyWithin'>,
  { clock, monotonicMs, thresholds = usualRedisThresholds }: RedisDeps,
): Engine {
  const redis = redisPlaceOf(url)
  const turns = createTurns(mostConnections)
  const open = new Set<RedisConnection>()

  async function reach(around: Surroundings): Promise<Reached> {
    const leave = await turns.enter()
    let connection: RedisConnection | undefined
    const release = once(() => {
      connection?.close()
      if (connection) open.delete(connection)
      leave()
    })
    try {
      connection = await connectRedis(redis, readyWithin)
      open.add(connection)
      const info = await readInfo(connection, redis)
      const nowMs = (info instanceof Refusal ? null : serverTime(info)) ?? clock.now()
      const source = { ask: connection.ask, info: () => told(info), monotonicMs, user: redis.user }
      return { ...reached(info, source, { ...around, thresholds, redis, nowMs }), release }
    } catch (error) {
      release()
      throw error
    }
  }

  return {
    ...{ kind: 'redis', place: shownPlace(redis), topics: redisTopics, trial: redisCli(redis, 'PING'), reach },
    usableConnections: () => usableConnections(redis, readyWithin, turns),
    nextStep: (state) => steps[state],
    changesBetween: (before, now) => changesBetween(before as RedisSample, now as RedisSample),
    levelsOf: (sample) => levelsOf(sample as RedisSample),
    close: () => {
      for (const connection of open) connection.close()
    },
  }
}

/** What it may take, beside its replicas; all its databases share that. */
async function usableConnections(
  redis: RedisPlace,
  readyWithin: number,
  turns: ReturnType<typeof createTurns>,
): Promise<UsableConnections> {
  return turns.take(async () => {
    const connection = await connectRedis(redis, readyWithin)
    try {
      const most = told(await readInfo(connection, redis)).need('maxclients')
      return { ofDatabase: most, ofServer: most }
    } finally {
      connection.close()
    }
  })
}

function reached(info: Info | Refusal, source: RedisSource, around: RedisAround): Omit<Reached, 'release'> {
  const { host, port, user } = around.redis
  const isRefused = info instanceof Refusal
  const name = isRefused || info.text('valkey_version') === null ? 'Redis' : 'Valkey'
  return {
    server: isRefused ? null : serverOf(info, around.nowMs),
    says: isRefused
      ? `Redis at ${host}:${port} answers, and does not tell user ${user} how it is`
      : `${name} ${versionOf(info)} at ${host}:${port} answers${isReplica(info) ? ', as a replica' : ''}`,
    report: (topic) => redisTopics.find((each) => each.name === topic)!.report(source, around),
    whyUnread: (topic, error) => whyUnread(topic, error, user),
    readSample: async () => (isRefused ? null : sampleOf(info)),
  }
}

/** What INFO says, or why it may not be asked. @throws DatabaseUnreachable while it loads its data. */
async function readInfo({ ask }: RedisConnection, place: RedisPlace): Promise<Info | Refusal> {
  try {
    const answer = await ask('INFO', 'all')
    const info = parseInfo(Buffer.isBuffer(answer) ? answer.toString('utf8') : '')
    if (info.number('loading') !== 1) return info
    const [percent, seconds] = [info.text('loading_loaded_perc'), info.text('loading_eta_seconds')]
    const far = percent === null ? 'it does not tell how far it is' : `${percent} % are loaded`
    const says = seconds === null ? far : `${far}, and the rest takes about ${seconds} s`
    throw new DatabaseUnreachable(unreachable('loading', place, says, 'LOADING'))
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

function told(info: Info | Refusal): Info {
  if (info instanceof Refusal) throw info
  return info
}

function serverOf(info: Info, nowMs: number): ServerDocument {
  const uptime = info.number('uptime_in_seconds') ?? 0
  return {
    ...{ version: versionOf(info), isInRecovery: isReplica(info), isMonitor: null, extensions: {} },
    startedAt: new Date(nowMs - uptime * 1_000),
  }
}

const isReplica = (info: Info): boolean => info.text('role') === 'slave'

const serverTime = (info: Info): number | null => {
  const microseconds = info.number('server_time_usec')
  return microseconds === null ? null : microseconds / 1_000
}

function whyUnread(topic: string, error: unknown, user: string): Unknown {
  if (error instanceof Refusal) return refused(topic, user, error)
  return { what: topic, reason: error instanceof Error ? error.message : String(error), howToGet: null }
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}

const steps: Readonly<Record<Unreachable['state'], string>> = {
  ...commonSteps,
  broken_off: 'Look at the log of the server, and at whether it wants TLS: then its address begins with rediss://',
  tls_failed:
    'Look at whether the port speaks TLS, and at the certificate: it must be trusted here and be for this host',
  login_refused: 'Compare user and password with the server: ACL LIST tells its users',
  database_missing: 'Correct its address',
  too_many_connections: 'End idle clients, or make the pools of its users smaller',
}
