import { configSchema, defaultConfig } from '@akashic/config'
import { runProcess } from '@akashic/shared/platform'
import { createAiHealthModule, migrations } from './module.ts'

await runProcess({
  service: 'ai-health-svc',
  isStandalone: false,
  configSchema,
  defaultConfig: ({ databaseUrl }) => defaultConfig([], { databaseUrl }),
  createModules: async ({ config, platform, env }) => [
    { module: createAiHealthModule(config, platform, env), migrations },
  ],
})
