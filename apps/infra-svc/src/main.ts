import { configSchema, defaultConfig } from '@akashic/config'
import { runProcess } from '@akashic/shared/platform'
import { createInfraModule, migrations } from './module.ts'

await runProcess({
  service: 'infra-svc',
  isStandalone: false,
  configSchema,
  defaultConfig: ({ databaseUrl }) => defaultConfig([], { databaseUrl }),
  createModules: async ({ config, platform, env }) => [
    { module: createInfraModule(config, platform, env), migrations },
  ],
})
