import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@akashic/testbed'
import { startReady, type Started } from './product.ts'

export interface Service extends Started {
  /** From `node` to ready. */
  readonly startMs: number
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
  const started = await startReady(`apps/${app}/src/main.ts`, {
    scratch,
    adminPort,
    env: {
      AKASHIC_CONFIG: file('akashic.yaml'),
      AKASHIC_DATA_DIR: file('data'),
      DATABASE_URL: databaseUrl,
      RPC_LISTEN: '127.0.0.1:0',
      IDENTITY_PRIVATE_KEY_FILE: file('private.pem'),
      IDENTITY_PUBLIC_KEYS_FILE: file('public.pem'),
      ...env,
    },
  })
  return { ...started, startMs: performance.now() - before }
}
