import { join } from 'node:path'
import type { Config } from '@akashic/config'
import type { RunContext } from '@akashic/shared/platform'

/** Tells the person who started it where to look. The key itself is never logged. */
export function announce({ config, env, platform }: RunContext<Config>): void {
  const { modules } = config.current()
  if (modules.includes('gateway')) {
    const host = env.host === '0.0.0.0' || env.host === '::' ? '127.0.0.1' : env.host
    platform.log.info({ url: `http://${host}:${env.port}/` }, 'the status page is served')
    platform.log.info({ path: join(platform.dataDir, 'admin.key') }, 'the admin key is in this file')
  }
  platform.log.info({ modules }, 'ready')
}
