import { performance } from 'node:perf_hooks'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { createMemoryCache, createRedisCache } from '../cache/index.ts'
import { systemClock } from '../clock/index.ts'
import type { Environment } from '../config/index.ts'
import { createEventBus } from '../events/index.ts'
import { OpsError } from '../errors/index.ts'
import {
  createIdentitySigner,
  createIdentityVerifier,
  generateIdentityKeys,
  readIdentityKeys,
  type IdentityKeys,
} from '../identity/index.ts'
import { uuidv7 } from '../ids/index.ts'
import type { Platform } from '../module/index.ts'
import { openDatabase } from '../postgres/index.ts'
import { createQueue } from '../queue/index.ts'
import { createMemoryRateLimiter, createRedisRateLimiter } from '../rate-limit/index.ts'
import { createRpcClients, createRpcServer } from '../rpc/index.ts'

/** Which driver was chosen for a part, and why. */
export interface DriverChoice {
  readonly part: string
  readonly driver: string
  readonly because: string
}

export interface PlatformOptions {
  readonly service: string
  readonly env: Environment
  readonly databaseUrl: string
  readonly dataDir: string
  /** True when every module runs in this process: services call each other on loopback with keys of their own. */
  readonly isStandalone: boolean
  readonly log: Logger
  readonly metrics: Registry
}

export interface OpenPlatform {
  readonly platform: Platform
  readonly drivers: readonly DriverChoice[]
  /** Lets calls in; after the modules have added their services. */
  startRpc(): Promise<void>
  close(deadlineMs: number): Promise<void>
}

const memoryCacheBytes = 64 * 1024 * 1024

/** Chooses a driver for every part by the environment and opens what a module needs. Nothing is contacted yet but keys on disk. */
export async function openPlatform(options: PlatformOptions): Promise<OpenPlatform> {
  const { service, env, databaseUrl, log, metrics } = options
  const keys = await identityKeys(options)
  const db = openDatabase({ url: databaseUrl, applicationName: `akashic-${service}`, log, metrics })
  const { cache, rateLimiter, shared } = await sharedParts(env, log)
  const queue = createQueue({ url: databaseUrl, clock: systemClock, log })
  const { kafkaBrokers } = env
  const events = await createEventBus({
    kafkaBrokers,
    databaseUrl,
    clock: systemClock,
    random: Math.random,
    log,
    metrics,
  })
  const tls = env.rpcTls ?? undefined
  const rpcServer = createRpcServer({
    listen: env.rpcListen ?? '127.0.0.1:0',
    log,
    metrics,
    tls,
    verifyToken: createIdentityVerifier(keys.publicKeys, systemClock),
  })
  let ownAddress: string | undefined
  const rpcClients = createRpcClients({
    addressOf: (name) => addressGiven(env, name) ?? ownAddress,
    signToken: createIdentitySigner(keys.privateKey, systemClock),
    tls,
    log,
  })
  const platform: Platform = {
    replicaId: uuidv7(),
    clock: systemClock,
    monotonicMs: () => performance.now(),
    random: Math.random,
    log,
    metrics,
    db,
    databaseUrl,
    cache,
    rateLimiter,
    queue,
    events,
    rpcServer,
    rpcClients,
    dataDir: options.dataDir,
  }
  return {
    platform,
    drivers: [shared, eventsDriver(options), callsDriver(options), identityDriver(options)],
    startRpc: async () => {
      ownAddress = await rpcServer.start()
      log.info({ address: ownAddress }, 'gRPC is listening')
    },
    close: async (deadlineMs) => {
      await rpcServer.stop(deadlineMs)
      await Promise.allSettled([rpcClients.close(), cache.close(), rateLimiter.close()])
      await events.close()
      await db.close()
    },
  }
}

function addressGiven(env: Environment, serviceName: string): string | null {
  const given: Readonly<Record<string, string | null>> = {
    status: env.statusSvcAddr,
    'ai-health': env.aiHealthSvcAddr,
    infra: env.infraSvcAddr,
  }
  return given[serviceName] ?? null
}

async function identityKeys({ env, isStandalone }: PlatformOptions): Promise<IdentityKeys> {
  const { identityPrivateKeyFile, identityPublicKeysFile } = env
  if (identityPrivateKeyFile && identityPublicKeysFile) {
    return readIdentityKeys(identityPrivateKeyFile, identityPublicKeysFile)
  }
  if (isStandalone) return generateIdentityKeys()
  throw new OpsError(
    'failed_precondition',
    'IDENTITY_PRIVATE_KEY_FILE and IDENTITY_PUBLIC_KEYS_FILE must be set: services that run apart know each other by these keys',
  )
}

async function sharedParts(env: Environment, log: Logger) {
  if (env.redisUrl) {
    return {
      cache: await createRedisCache({ url: env.redisUrl, log }),
      rateLimiter: await createRedisRateLimiter({ url: env.redisUrl, log, clock: systemClock }),
      shared: { part: 'cache and rate limits', driver: 'redis', because: 'REDIS_URL is set' },
    }
  }
  return {
    cache: createMemoryCache({ maxBytes: memoryCacheBytes, clock: systemClock }),
    rateLimiter: createMemoryRateLimiter({ clock: systemClock }),
    shared: { part: 'cache and rate limits', driver: 'in process', because: 'REDIS_URL is not set' },
  }
}

function eventsDriver({ env }: PlatformOptions): DriverChoice {
  return env.kafkaBrokers
    ? { part: 'events', driver: 'kafka', because: 'KAFKA_BROKERS is set' }
    : { part: 'events', driver: 'postgres event log', because: 'KAFKA_BROKERS is not set' }
}

function callsDriver({ env, isStandalone }: PlatformOptions): DriverChoice {
  const transport = env.rpcTls ? 'gRPC with mutual TLS' : 'gRPC in plain text'
  const place = isStandalone && !env.rpcListen ? ' on loopback' : ''
  const because = env.rpcTls ? 'RPC_TLS_CERT_FILE is set' : 'RPC_TLS_CERT_FILE is not set'
  return { part: 'service calls', driver: `${transport}${place}`, because }
}

function identityDriver({ env }: PlatformOptions): DriverChoice {
  return env.identityPrivateKeyFile
    ? { part: 'identity keys', driver: 'files', because: 'IDENTITY_PRIVATE_KEY_FILE is set' }
    : { part: 'identity keys', driver: 'made at start', because: 'every module runs in this process' }
}
