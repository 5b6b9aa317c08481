import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { z } from 'zod'
import { systemClock } from '../clock/index.ts'
import { ConfigError, fixedConfig, readEnv, watchConfig, type Environment, type LiveConfig } from '../config/index.ts'
import { claimDataFolder } from '../data-folder/index.ts'
import { eventLogMigrations } from '../events/index.ts'
import { OpsError } from '../errors/index.ts'
import { createAdminListener } from '../http/index.ts'
import { Closers, runUntilSignal } from '../lifecycle/index.ts'
import { createLogger } from '../log/index.ts'
import type { Health, Module, Platform } from '../module/index.ts'
import { createMetrics, passTracesOn, startTracing } from '../telemetry/index.ts'
import { openPlatform, type DriverChoice } from './open-platform.ts'
import { migrateModules, migrateWhenBack } from './migrate-modules.ts'
import { startDatabase } from './start-database.ts'

/** A module with what the process must do for it before it starts. */
export interface ModuleToRun {
  readonly module: Module
  readonly migrations: { readonly schema: string; readonly dir: string }
}

export interface RunContext<C> {
  readonly config: LiveConfig<C>
  readonly env: Environment
  readonly platform: Platform
}

export interface ProcessOptions<S extends z.ZodType> {
  readonly service: string
  readonly isStandalone: boolean
  readonly configSchema: S
  /** The configuration of a process that was given no file. */
  readonly defaultConfig: (known: { env: Environment; databaseUrl: string }) => z.output<S>
  /** Whether the process has something to serve from its data folder although DATABASE_URL does not answer at the start. */
  readonly servesWithoutDatabase?: (dataDir: string) => Promise<boolean>
  /** In the order in which they start; they stop in the opposite one. */
  readonly createModules: (context: RunContext<z.output<S>>) => Promise<readonly ModuleToRun[]>
  /** Told once everything runs. */
  readonly onReady?: (context: RunContext<z.output<S>>, modules: readonly ModuleToRun[]) => void
}

const drainMs = 10_000
const startFailedMs = 4_000

/** Runs a process from its environment to its last signal. What keeps it from starting is one sentence on stderr and exit code 1. */
export async function runProcess<S extends z.ZodType>(options: ProcessOptions<S>): Promise<void> {
  const log = createLogger({ service: options.service })
  const closers = new Closers(() => performance.now())
  let starting = Promise.resolve()
  runUntilSignal(
    log,
    async (deadlineMs) => {
      await closers.closeAll(deadlineMs)
      await starting.catch(() => undefined)
    },
    drainMs,
  )
  try {
    starting = start(options, log, closers)
    await starting
  } catch (error) {
    if (closers.isClosing) return
    log.flush()
    process.stderr.write(`${sentenceOf(error)}\n`)
    await closers.closeAll(startFailedMs).catch(() => undefined)
    process.exit(1)
  }
}

async function start<S extends z.ZodType>(options: ProcessOptions<S>, log: Logger, closers: Closers): Promise<void> {
  const { service, isStandalone } = options
  const env = readEnv()
  const metrics = createMetrics(service)
  const fileConfig = await configFromFile(options.configSchema, env, log, metrics)
  if (fileConfig) await closers.add(async () => fileConfig.stop())
  const folder = await claimDataFolder(isStandalone ? env.dataDir : join(env.dataDir, service))
  await closers.add(async () => folder.release())
  if (env.otlpEndpoint) {
    const tracing = await startTracing({ service, endpoint: env.otlpEndpoint })
    await closers.add(async () => tracing.stop())
  } else passTracesOn()
  const mayBeAway = (await options.servesWithoutDatabase?.(folder.dir)) ?? false
  const database = await startDatabase(env, { dataDir: folder.dir, isStandalone, mayBeAway, log })
  await closers.add((deadlineMs) => database.stop(deadlineMs))
  const config = fileConfig ?? fixedConfig(options.defaultConfig({ env, databaseUrl: database.url }))
  const parts = { service, env, databaseUrl: database.url, dataDir: folder.dir, isStandalone, log, metrics }
  const open = await openPlatform(parts)
  await closers.add((deadlineMs) => open.close(deadlineMs))
  logDrivers(log, [database.choice, ...open.drivers])

  const context = { config, env, platform: open.platform }
  const modules = await options.createModules(context)
  const owners = [...(env.kafkaBrokers === null ? [{ migrations: eventLogMigrations }] : []), ...modules]
  if (database.isAway) await closers.add(migrateWhenBack(database.url, owners, log))
  else await migrateModules(database.url, owners, log)
  const isDraining = await serveAdmin(context, modules, closers)
  await open.startRpc()
  for (const { module } of modules) {
    await module.start()
    await closers.add((deadlineMs) => module.stop(deadlineMs))
  }
  await open.platform.queue.start()
  await closers.add((deadlineMs) => open.platform.queue.stop(deadlineMs))
  await closers.add(async () => isDraining.begin())
  options.onReady?.(context, modules)
}

async function configFromFile<S extends z.ZodType>(schema: S, env: Environment, log: Logger, metrics: Registry) {
  if (env.configPath === null) {
    log.info('no akashic.yaml: watching this installation and what --watch names')
    return null
  }
  log.info({ path: env.configPath }, 'reading the configuration')
  return watchConfig(schema, { path: env.configPath, env: process.env, clock: systemClock, log, metrics })
}

async function serveAdmin<C>(
  { env, platform, config }: RunContext<C>,
  modules: readonly ModuleToRun[],
  closers: Closers,
): Promise<{ begin(): void }> {
  let isDraining = false
  const listener = createAdminListener({
    host: env.adminHost,
    port: env.adminPort,
    metrics: platform.metrics,
    health: () => healthOf(modules),
    configProblem: () => config.problem(),
    isDraining: () => isDraining,
    log: platform.log,
  })
  const { host, port } = await listener.start()
  await closers.add((deadlineMs) => listener.stop(deadlineMs))
  platform.log.info({ url: `http://${host}:${port}` }, 'metrics and readiness are served')
  return {
    begin: () => {
      isDraining = true
    },
  }
}

function healthOf(modules: readonly ModuleToRun[]): Record<string, Health> {
  return Object.fromEntries(modules.map(({ module }) => [module.name, module.health()]))
}

function logDrivers(log: Logger, choices: readonly DriverChoice[]): void {
  for (const { part, driver, because } of choices) log.info({ part, driver, because }, `${part}: ${driver}`)
}

/** What to tell the person who started the process: no stack where the cause is known. */
function sentenceOf(error: unknown): string {
  if (error instanceof ConfigError) {
    const count = error.problems.length
    return `akashic: the configuration has ${count} ${count === 1 ? 'mistake' : 'mistakes'}:\n${error.message}`
  }
  if (error instanceof OpsError) return `akashic: ${error.message}`
  return `akashic: cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}
