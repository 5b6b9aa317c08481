import type { Config } from '@akashic/config'
import type { RunContext } from '@akashic/shared/platform'

/** Tells the person who started it where to look. Where the admin key is, the gateway has said. */
export function announce({ config, env, platform }: RunContext<Config>): void {
  const { modules } = config.current()
  if (modules.includes('gateway')) {
    const host = env.host === '0.0.0.0' || env.host === '::' ? '127.0.0.1' : env.host
    platform.log.info({ url: `http://${host}:${env.port}/` }, 'the status page is served')
  }
  platform.log.info({ modules }, 'ready')
}
