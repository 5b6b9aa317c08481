import { configSchema, defaultConfig } from '@akashic/config'
import { runProcess } from '@akashic/shared/platform'
import { hasKeptSnapshot } from './live-status/keep-snapshot.ts'
import { createGatewayModule, migrations } from './module.ts'

await runProcess({
  service: 'gateway',
  isStandalone: false,
  configSchema,
  defaultConfig: () => defaultConfig([]),
  servesWithoutDatabase: hasKeptSnapshot,
  createModules: async ({ config, env, platform }) => {
    const { host, port, apiPort, trustedProxies } = env
    const addresses = { host, port, ...(apiPort === null ? {} : { apiPort }), trustedProxies }
    return [{ module: createGatewayModule(config, platform, addresses), migrations }]
  },
})
