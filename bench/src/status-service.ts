import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@akashic/testbed'
import { startScript, stopChild, untilReady } from './product.ts'

export interface StatusService {
  readonly pid: number
  /** From `node` to ready. */
  readonly startMs: number
  stop(): Promise<void>
}

/** Starts status-svc alone on a database that is given to it, as in production, and waits until it is ready. */
export async function startStatusService(options: { config: string; databaseUrl: string }): Promise<StatusService> {
  const scratch = await mkdtemp(join(tmpdir(), 'akashic-bench-'))
  const file = (name: string) => join(scratch, name)
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  await writeFile(file('akashic.yaml'), options.config)
  await writeFile(file('private.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  await writeFile(file('public.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
  const adminPort = await freePort()
  const before = performance.now()
  const child = startScript('apps/status-svc/src/main.ts', [], {
    cwd: scratch,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AKASHIC_CONFIG: file('akashic.yaml'),
      AKASHIC_DATA_DIR: file('data'),
      DATABASE_URL: options.databaseUrl,
      ADMIN_PORT: String(adminPort),
      RPC_LISTEN: '127.0.0.1:0',
      IDENTITY_PRIVATE_KEY_FILE: file('private.pem'),
      IDENTITY_PUBLIC_KEYS_FILE: file('public.pem'),
    },
  })
  const stop = async () => {
    await stopChild(child)
    await rm(scratch, { recursive: true, force: true })
  }
  try {
    await untilReady(`http://127.0.0.1:${adminPort}`, child)
  } catch (error) {
    await stop()
    throw error
  }
  return { pid: child.pid!, startMs: performance.now() - before, stop }
}
