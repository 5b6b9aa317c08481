import { configSchema, defaultConfig } from '@akashic/config'
import { runProcess } from '@akashic/shared/platform'
import { createStatusModule, migrations } from './module.ts'

await runProcess({
  service: 'status-svc',
  isStandalone: false,
  configSchema,
  defaultConfig: ({ databaseUrl }) => defaultConfig([], { databaseUrl }),
  createModules: async ({ config, platform }) => [{ module: createStatusModule(config, platform), migrations }],
})
