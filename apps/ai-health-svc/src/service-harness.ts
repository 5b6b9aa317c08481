import { configSchema, type Config, type ConfigInput } from '@akashic/config'
import { aiHealthService, type aiHealth } from '@akashic/proto'
import { createMemoryCache } from '@akashic/shared/cache'
import { systemClock } from '@akashic/shared/clock'
import type { LiveConfig } from '@akashic/shared/config'
import { createEventBus, eventLogMigrations } from '@akashic/shared/events'
import { createIdentitySigner, createIdentityVerifier, generateIdentityKeys, type Role } from '@akashic/shared/identity'
import { migrate } from '@akashic/shared/migrations'
import type { Platform } from '@akashic/shared/module'
import { sql } from '@akashic/shared/postgres'
import { createQueue } from '@akashic/shared/queue'
import { createMemoryRateLimiter } from '@akashic/shared/rate-limit'
import { createRpcClients, createRpcServer, type CallOptions } from '@akashic/shared/rpc'
import { startFakeOpenAi, testDatabase, type FakeOpenAi, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { createAiHealthModule, migrations } from './module.ts'

export const testKey = 'vk-test-0123456789abcdef'
export const upstreamKey = 'sk-upstream-4d1f9a7c20b84e35'

export type AiInput = NonNullable<ConfigInput['ai']>
type ProviderInput = NonNullable<AiInput['providers']>[number]

/** A provider that stands for `fake`, with short times. */
export function aProvider(
  name: string,
  fake: Pick<FakeOpenAi, 'baseUrl'>,
  more: Partial<ProviderInput> = {},
): ProviderInput {
  return {
    ...{ name, baseUrl: fake.baseUrl, apiKey: upstreamKey, models: ['gpt-4o'] },
    timeouts: { connect: '1s', firstByte: '1s', idle: '1s' },
    breaker: { failures: 100, cooldown: '1s' },
    ...more,
  }
}

/** Two providers that answer differently, in tests of `database`, whose schema is made anew. */
export async function startPair(database: TestDatabase, first: Partial<Parameters<typeof startFakeOpenAi>[0]> = {}) {
  await database.db.query(sql`DROP SCHEMA IF EXISTS ai_health CASCADE`)
  const options = { apiKey: upstreamKey, models: ['gpt-4o', 'embed-3'] }
  const pair = {
    first: await startFakeOpenAi({ ...options, text: 'From the first.', ...first }),
    backup: await startFakeOpenAi({ ...options, text: 'From the backup.' }),
  }
  return { ...pair, stop: () => Promise.all([pair.first.stop(), pair.backup.stop()]) }
}

/** Calls that asked for a chat completion. */
export const chatsOf = (fake: FakeOpenAi) => fake.calls().filter(({ path }) => path.endsWith('/chat/completions'))

export interface ServiceOptions {
  /** Shared by replicas; one of its own unless given. */
  readonly database?: TestDatabase
  readonly replicaId?: string
  /** Jitter; none unless given. */
  readonly random?: () => number
  readonly onLog?: (line: string) => void
}

/** The whole service as a process runs it: real database, real gRPC, the proxy on a real port. */
export async function startAiHealth(
  ai: AiInput,
  { database: given, replicaId = 'r1', random = () => 0, onLog }: ServiceOptions = {},
) {
  const database = given ?? (await testDatabase())
  const log = onLog ? pino({}, { write: onLog }) : pino({ level: 'silent' })
  await migrate(database.url, { ...migrations, log })
  await migrate(database.url, { ...eventLogMigrations, log })
  let current: Config = configOf(ai)
  const listeners = new Set<(next: Config) => void | Promise<void>>()
  const config: LiveConfig<Config> = {
    current: () => current,
    onReload: (listener) => (listeners.add(listener), () => listeners.delete(listener)),
    problem: () => null,
  }
  const keys = generateIdentityKeys()
  const metrics = new Registry()
  const verifyToken = createIdentityVerifier(keys.publicKeys, systemClock)
  const rpcServer = createRpcServer({ listen: '127.0.0.1:0', log, metrics, verifyToken })
  let address = ''
  const signToken = createIdentitySigner(keys.privateKey, systemClock)
  const rpcClients = createRpcClients({ addressOf: () => address, signToken, log })
  const queue = createQueue({ url: database.url, clock: systemClock, log })
  const busOptions = { kafkaBrokers: null, databaseUrl: database.url, clock: systemClock, random: Math.random, log }
  const events = await createEventBus(busOptions)
  const platform: Platform = {
    ...{ replicaId, clock: systemClock, monotonicMs: () => performance.now(), random, log, metrics },
    ...{ db: database.db, databaseUrl: database.url, queue, events, rpcServer, rpcClients, dataDir: '/nonexistent' },
    cache: createMemoryCache({ maxBytes: 1_000_000, clock: systemClock }),
    rateLimiter: createMemoryRateLimiter({ clock: systemClock }),
  }
  const addresses = {
    ...{ host: '127.0.0.1', aiProxyPort: 0, dataKey: Buffer.alloc(32, 7), databaseUrl: database.url },
  }
  const module = createAiHealthModule(config, platform, addresses)
  address = await rpcServer.start()
  await module.start()
  await queue.start()
  return {
    module,
    metrics,
    db: database.db,
    database,
    client: rpcClients.client<aiHealth.AiHealthService>('ai-health', aiHealthService),
    proxyUrl: () => `http://127.0.0.1:${module.proxyPort()}/v1`,
    reload: async (next: AiInput) => {
      current = configOf(next)
      for (const listener of listeners) await listener(current)
    },
    /** Events published so far, in their order. */
    events: async (): Promise<readonly { readonly type: string; readonly data: Record<string, unknown> }[]> => {
      const rows = await database.db.query<{ event: { type: string; data: Record<string, unknown> } }>(sql`
        SELECT event FROM events.event_log ORDER BY time, partition, log_offset`)
      return rows.map(({ event }) => event)
    },
    close: async () => {
      await module.stop(5_000)
      await rpcServer.stop(1_000)
      await rpcClients.close()
      await queue.stop(1_000)
      await events.close()
      if (!given) await database.close()
    },
  }
}

export type AiHealthService = Awaited<ReturnType<typeof startAiHealth>>

function configOf(ai: AiInput): Config {
  return configSchema.parse({ ai: { keys: [{ name: 'test', secret: testKey }], ...ai } })
}

/** As somebody with `role`. */
export function as(role: Role = 'admin'): CallOptions {
  return { principal: { id: 'p-1', name: 'Ada', kind: 'person', role } }
}
