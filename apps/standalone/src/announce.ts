import type { Config } from '@akashic/config'
import type { GatewayModule } from '@akashic/gateway'
import type { ModuleToRun, RunContext } from '@akashic/shared/platform'
import { ownUrl } from './own-url.ts'

/** Tells the person who started it where to look. Where the admin key is, the gateway has said. */
export function announce({ config, env, platform }: RunContext<Config>, modules: readonly ModuleToRun[]): void {
  const gateway = modules.map(({ module }) => module).find((module) => module.name === 'gateway')
  if (gateway) {
    const { port } = (gateway as GatewayModule).ports()
    platform.log.info({ url: `${ownUrl(env.host, port)}/` }, 'the status page is served')
  }
  platform.log.info({ modules: config.current().modules }, 'ready')
}
