import type { Config } from '@akashic/config'
import type { ModuleToRun, RunContext } from '@akashic/shared/platform'

type ModuleName = Config['modules'][number]

/** How each module is made. A module that is off is not even imported. */
export const moduleLoaders: Readonly<Record<ModuleName, (context: RunContext<Config>) => Promise<ModuleToRun>>> = {
  status: async ({ config, platform }) => {
    const { createStatusModule, migrations } = await import('@akashic/status-svc')
    return { module: createStatusModule(config, platform), migrations }
  },
  'ai-health': async ({ config, env, platform }) => {
    const { createAiHealthModule, migrations } = await import('@akashic/ai-health-svc')
    return { module: createAiHealthModule(config, platform, env), migrations }
  },
  infra: async ({ config, env, platform }) => {
    const { createInfraModule, migrations } = await import('@akashic/infra-svc')
    return { module: createInfraModule(config, platform, env), migrations }
  },
  gateway: async ({ config, env, platform }) => {
    const { createGatewayModule, migrations } = await import('@akashic/gateway')
    const { host, port, apiPort, trustedProxies } = env
    const addresses = { host, port, ...(apiPort === null ? {} : { apiPort }), trustedProxies }
    return { module: createGatewayModule(config, platform, addresses), migrations }
  },
}
