import { freePort } from '../free-port.ts'
import { startChildServer } from './child-server.ts'
import type { RealServer } from './child-server.ts'
import { scratchFolder } from './scratch-folder.ts'

export interface RedisServer extends RealServer {
  readonly url: string
}

/** A real Redis that keeps nothing. */
export async function startRedis(options: { port?: number; password?: string } = {}): Promise<RedisServer> {
  const port = options.port ?? (await freePort())
  const password = options.password ?? ''
  const server = await startChildServer({
    port,
    program: 'redis-server',
    args: ['--bind', '127.0.0.1', '--port', String(port), '--save', '', ...(password && ['--requirepass', password])],
    options: { cwd: scratchFolder('redis') },
  })
  return { ...server, url: `redis://${password && `:${password}@`}127.0.0.1:${port}` }
}
