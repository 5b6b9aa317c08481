import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configSchema } from '@akashic/config'
import type { ConfigInput } from '@akashic/config'
import {
  aiHealthService,
  infraService,
  alertService,
  incidentService,
  maintenanceService,
  notificationService,
  onCallService,
} from '@akashic/proto'
import type {
  aiHealth,
  infra,
  AlertService,
  IncidentService,
  MaintenanceService,
  NotificationService,
  OnCallService,
} from '@akashic/proto'
import { createMemoryCache } from '@akashic/shared/cache'
import { systemClock } from '@akashic/shared/clock'
import { fixedConfig } from '@akashic/shared/config'
import type { EventBus } from '@akashic/shared/events'
import { createIdentitySigner, createIdentityVerifier, generateIdentityKeys } from '@akashic/shared/identity'
import { migrate } from '@akashic/shared/migrations'
import type { Platform } from '@akashic/shared/module'
import { createMemoryRateLimiter } from '@akashic/shared/rate-limit'
import { createRpcClients, createRpcServer } from '@akashic/shared/rpc'
import type { RpcClients, RpcServer } from '@akashic/shared/rpc'
import { testDatabase } from '@akashic/testbed'
import type { TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import { createGatewayModule, migrations } from '../module.ts'
import type { GatewayAddresses, GatewayModule } from '../module.ts'
import { aComponent, scriptStatusService } from './scripted-status-service.ts'
import type { ScriptedStatusService } from './scripted-status-service.ts'
import { scriptService } from './scripted-service.ts'
import type { ScriptedService } from './scripted-service.ts'

export interface StartedGateway {
  readonly url: string
  readonly apiUrl: string
  readonly adminKey: string
  readonly status: ScriptedStatusService
  readonly incidents: ScriptedService<IncidentService>
  readonly maintenances: ScriptedService<MaintenanceService>
  readonly alerts: ScriptedService<AlertService>
  readonly notifications: ScriptedService<NotificationService>
  readonly onCall: ScriptedService<OnCallService>
  readonly ai: ScriptedService<aiHealth.AiHealthService>
  readonly infrastructure: ScriptedService<infra.InfraService>
  readonly platform: Platform
  readonly gateway: GatewayModule
  /** Requests as the admin, JSON in and out. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** Stops the status service, as a crash would. */
  killStatusService(): Promise<void>
  /** Stops the gateway and starts another one on the same data folder, once `meanwhile` is done. */
  restart(meanwhile?: () => Promise<void>): Promise<StartedGateway>
  stop(): Promise<void>
}

export interface CallOptions {
  readonly body?: unknown
  readonly key?: string | null
  readonly headers?: Record<string, string>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // What a test reads from an answer is checked by the test itself.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any
  readonly text: string
}

export interface GatewayOptions {
  readonly config?: ConfigInput
  readonly addresses?: Partial<GatewayAddresses>
  /** None unless given. */
  readonly events?: EventBus
  /** Of the gateway and of the services behind it; silent unless given. */
  readonly log?: Logger
}

const silence = pino({ level: 'silent' })

/** A gateway on a real database, real HTTP and real gRPC, with a status service that says what the test tells it to. */
export async function startGateway(options: GatewayOptions = {}): Promise<StartedGateway> {
  const surroundings = await surroundingsOfGateway(options.log ?? silence)
  try {
    return await startIn(surroundings, options)
  } catch (error) {
    await surroundings.close()
    throw error
  }
}

interface Surroundings {
  readonly log: Logger
  readonly database: TestDatabase
  readonly dataDir: string
  readonly rpcServer: RpcServer
  readonly status: ScriptedStatusService
  readonly incidents: ScriptedService<IncidentService>
  readonly maintenances: ScriptedService<MaintenanceService>
  readonly alerts: ScriptedService<AlertService>
  readonly notifications: ScriptedService<NotificationService>
  readonly onCall: ScriptedService<OnCallService>
  readonly ai: ScriptedService<aiHealth.AiHealthService>
  readonly infrastructure: ScriptedService<infra.InfraService>
  openClients(): RpcClients
  killStatusService(): Promise<void>
  close(): Promise<void>
}

async function surroundingsOfGateway(log: Logger): Promise<Surroundings> {
  const database = await testDatabase()
  await migrate(database.url, { ...migrations, log })
  const dataDir = await mkdtemp(join(tmpdir(), 'gateway-'))
  const keys = generateIdentityKeys()
  const verifyToken = createIdentityVerifier(keys.publicKeys, systemClock)
  const rpcServer = createRpcServer({ listen: '127.0.0.1:0', log, metrics: new Registry(), verifyToken })
  const status = scriptStatusService(rpcServer)
  const incidents = scriptService<IncidentService>(rpcServer, incidentService)
  const maintenances = scriptService<MaintenanceService>(rpcServer, maintenanceService)
  const alerts = scriptService<AlertService>(rpcServer, alertService)
  const notifications = scriptService<NotificationService>(rpcServer, notificationService)
  const onCall = scriptService<OnCallService>(rpcServer, onCallService)
  const ai = scriptService<aiHealth.AiHealthService>(rpcServer, aiHealthService)
  const infrastructure = scriptService<infra.InfraService>(rpcServer, infraService)
  const address = await rpcServer.start()
  status.say({ isFull: true, components: [aComponent({ id: 'web' })] })
  const signToken = createIdentitySigner(keys.privateKey, systemClock)
  let isKilled = false
  const killStatusService = async () => {
    if (!isKilled) await rpcServer.stop(200)
    isKilled = true
  }
  return {
    ...{ database, dataDir, rpcServer, log, killStatusService },
    ...{ status, incidents, maintenances, alerts, notifications, onCall, ai, infrastructure },
    openClients: () => createRpcClients({ addressOf: () => address, signToken, log }),
    close: async () => {
      await killStatusService()
      await database.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function startIn(surroundings: Surroundings, options: GatewayOptions): Promise<StartedGateway> {
  const {
    dataDir,
    status,
    incidents,
    maintenances,
    alerts,
    notifications,
    onCall,
    ai,
    infrastructure,
    killStatusService,
  } = surroundings
  const platform = platformIn(surroundings, options.events)
  const config = fixedConfig(configSchema.parse(options.config ?? {}))
  const addresses = { host: '127.0.0.1', port: 0, trustedProxies: [], ...options.addresses }
  const gateway = createGatewayModule(config, platform, addresses)
  const end = async () => {
    await gateway.stop(1_000)
    await platform.rpcClients.close()
  }
  try {
    await gateway.start()
  } catch (error) {
    await end()
    throw error
  }
  const url = `http://127.0.0.1:${gateway.ports().port}`
  const apiUrl = `http://127.0.0.1:${gateway.ports().apiPort}`
  const adminKey = (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim()
  return {
    ...{ url, apiUrl, adminKey, platform, gateway, killStatusService },
    ...{ status, incidents, maintenances, alerts, notifications, onCall, ai, infrastructure },
    call: (method, path, call = {}) => request(isForOperators(path) ? apiUrl : url, adminKey, method, path, call),
    restart: async (meanwhile) => {
      await end()
      await meanwhile?.()
      return startIn(surroundings, options)
    },
    stop: async () => {
      await end()
      await surroundings.close()
    },
  }
}

function platformIn({ database, dataDir, rpcServer, log, openClients }: Surroundings, events?: EventBus): Platform {
  return {
    replicaId: 'replica-1',
    clock: systemClock,
    monotonicMs: () => performance.now(),
    random: () => 0.5,
    log,
    metrics: new Registry(),
    db: database.db,
    databaseUrl: database.url,
    cache: createMemoryCache({ maxBytes: 1_000_000, clock: systemClock }),
    rateLimiter: createMemoryRateLimiter({ clock: systemClock }),
    queue: {} as Platform['queue'],
    events: events ?? ({} as EventBus),
    rpcServer,
    rpcClients: openClients(),
    dataDir,
  }
}

const isForOperators = (path: string): boolean => /^\/(api|alertmanager)\//.test(path)

async function request(
  base: string,
  adminKey: string,
  method: string,
  path: string,
  { body, key = adminKey, headers = {} }: CallOptions,
): Promise<Answer> {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === null || !isForOperators(path) ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    redirect: 'manual',
    ...sent,
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== ''
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as unknown) : undefined,
  }
}
