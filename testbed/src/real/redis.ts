import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import type { Certificate } from './certificates.ts'
import { startChildServer } from './child-server.ts'
import type { RealServer } from './child-server.ts'
import { scratchFolder } from './scratch-folder.ts'

export interface RedisServer extends RealServer {
  readonly url: string
  /** The folder that it works in. */
  readonly folder: string
}

export interface RedisStart {
  readonly port?: number
  readonly password?: string
  /** As in its configuration file, by name. */
  readonly settings?: Readonly<Record<string, string>>
  /** It speaks TLS alone. */
  readonly tls?: Certificate
  /** Lines of the configuration of a Sentinel, which it then is. */
  readonly sentinel?: readonly string[]
}

/** A real Redis that keeps nothing, unless its settings say otherwise. */
export async function startRedis(options: RedisStart = {}): Promise<RedisServer> {
  const port = options.port ?? (await freePort())
  const { password = '', tls } = options
  const folder = scratchFolder('redis')
  const file = join(folder, 'redis.conf')
  if (tls) {
    writeFileSync(join(folder, 'cert.pem'), tls.cert)
    writeFileSync(join(folder, 'key.pem'), tls.key)
  }
  const settings = {
    ...{ bind: '127.0.0.1', port: tls ? '0' : String(port), ...(options.sentinel ? {} : { save: '""' }) },
    ...(tls && { 'tls-port': String(port), 'tls-cert-file': 'cert.pem', 'tls-key-file': 'key.pem' }),
    ...(tls && { 'tls-auth-clients': 'no' }),
    ...(password && { requirepass: password }),
    ...options.settings,
  }
  const lines = [...Object.entries(settings).map(([name, value]) => `${name} ${value}`), ...(options.sentinel ?? [])]
  writeFileSync(file, `${lines.join('\n')}\n`)
  const args = [file, ...(options.sentinel ? ['--sentinel'] : [])]
  const server = await startChildServer({ port, program: 'redis-server', args, options: { cwd: folder } })
  return { ...server, folder, url: `redis${tls ? 's' : ''}://${password && `:${password}@`}127.0.0.1:${port}` }
}
