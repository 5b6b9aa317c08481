import { existsSync } from 'node:fs'
import { configSchema, defaultConfig, type Config } from '@akashic/config'
import { runProcess, type ModuleToRun, type RunContext } from '@akashic/shared/platform'
import { announce } from './announce.ts'
import { watchTargets } from './arguments.ts'
import { moduleLoaders } from './module-loaders.ts'
import { ownUrl } from './own-url.ts'

const targets = watchTargets(
  process.argv.slice(2),
  process.env.AKASHIC_CONFIG ?? (existsSync('akashic.yaml') ? 'akashic.yaml' : null),
)

await runProcess({
  service: 'standalone',
  isStandalone: true,
  configSchema,
  defaultConfig: ({ env, databaseUrl }) =>
    // Which port is free is not known before it is taken, and then this is read already.
    defaultConfig(targets, { ...(env.port > 0 && { gatewayUrl: ownUrl(env.host, env.port) }), databaseUrl }),
  createModules: (context: RunContext<Config>): Promise<ModuleToRun[]> =>
    Promise.all(context.config.current().modules.map((name) => moduleLoaders[name](context))),
  onReady: announce,
})
