import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@akashic/testbed'
import { startScript, stopChild, untilReady } from './product.ts'

export interface Service {
  readonly pid: number
  readonly adminUrl: string
  /** From `node` to ready. */
  readonly startMs: number
  stop(): Promise<void>
}

export interface ServiceOptions {
  readonly app: 'status-svc' | 'ai-health-svc'
  /** Content of akashic.yaml. */
  readonly config: string
  readonly databaseUrl: string
  /** Variables of the environment besides. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts one service alone on a database that is given to it, as in production, and waits until it is ready. */
export async function startService({ app, config, databaseUrl, env }: ServiceOptions): Promise<Service> {
  const scratch = await mkdtemp(join(tmpdir(), 'akashic-bench-'))
  const file = (name: string) => join(scratch, name)
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  await writeFile(file('akashic.yaml'), config)
  await writeFile(file('private.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  await writeFile(file('public.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
  const adminPort = await freePort()
  const before = performance.now()
  const child = startScript(`apps/${app}/src/main.ts`, [], {
    cwd: scratch,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AKASHIC_CONFIG: file('akashic.yaml'),
      AKASHIC_DATA_DIR: file('data'),
      DATABASE_URL: databaseUrl,
      ADMIN_PORT: String(adminPort),
      RPC_LISTEN: '127.0.0.1:0',
      IDENTITY_PRIVATE_KEY_FILE: file('private.pem'),
      IDENTITY_PUBLIC_KEYS_FILE: file('public.pem'),
      ...env,
    },
  })
  const stop = async () => {
    await stopChild(child)
    await rm(scratch, { recursive: true, force: true })
  }
  const adminUrl = `http://127.0.0.1:${adminPort}`
  try {
    await untilReady(adminUrl, child)
  } catch (error) {
    await stop()
    throw error
  }
  return { pid: child.pid!, adminUrl, startMs: performance.now() - before, stop }
}
