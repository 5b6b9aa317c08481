import { fileURLToPath } from 'node:url'
import type { Config } from '@akashic/config'
import type { LiveConfig } from '@akashic/shared/config'
import type { Module, Platform } from '@akashic/shared/module'

/** Where the gateway listens. */
export interface GatewayAddresses {
  readonly host: string
  readonly port: number
  /** When given, `/api/v1` is served only there, and `port` is public only. */
  readonly apiPort?: number
  /** Addresses and CIDR ranges whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
}

export interface GatewayModule extends Module {
  /** The ports bound, once started. */
  ports(): { readonly port: number; readonly apiPort: number }
}

/** The gateway's migrations; the process runs them before `start`. */
export const migrations = { schema: 'platform', dir: fileURLToPath(new URL('./migrations', import.meta.url)) }

/** The public status, the operators' REST API, keys and their audit. */
export function createGatewayModule(
  _config: LiveConfig<Config>,
  _platform: Platform,
  addresses: GatewayAddresses,
): GatewayModule {
  return {
    name: 'gateway',
    start: async () => {},
    stop: async () => {},
    health: () => ({ state: 'serving' }),
    ports: () => ({ port: addresses.port, apiPort: addresses.apiPort ?? addresses.port }),
  }
}
