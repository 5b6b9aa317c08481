import { generateKeyPairSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@akashic/testbed'
import { makeHome, type Home } from './home.ts'
import { startProcess, type Product, type RunningProcess } from './run-product.ts'

/** status-svc and the gateway as processes of their own, on one database: as in production. */
export interface Services {
  readonly home: Home
  startStatus(): Promise<RunningProcess>
  startGateway(): Promise<Product>
}

export interface Surroundings {
  readonly databaseUrl: string
  readonly env?: Readonly<Record<string, string>>
}

export async function makeServices(config: string, { databaseUrl, env = {} }: Surroundings): Promise<Services> {
  const home = await makeHome(config)
  const statusAdminPort = await freePort()
  const rpc = `127.0.0.1:${await freePort()}`
  const shared = { ...env, DATABASE_URL: databaseUrl, ...(await writeIdentity(home)) }
  return {
    home,
    startStatus: () =>
      startProcess('apps/status-svc/src/main.ts', home, {
        adminPort: statusAdminPort,
        env: { ...shared, RPC_LISTEN: rpc },
      }),
    startGateway: () =>
      startProcess('apps/gateway/src/main.ts', home, {
        env: { ...shared, STATUS_SVC_ADDR: rpc },
        adminKey: () => readFile(join(home.dataDir, 'gateway', 'admin.key'), 'utf8'),
      }),
  }
}

/** The keys by which the services know each other. */
async function writeIdentity(home: Home): Promise<Record<string, string>> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const [privateFile, publicFile] = [join(home.dir, 'identity.pem'), join(home.dir, 'identity.pub.pem')]
  await writeFile(privateFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  await writeFile(publicFile, publicKey.export({ type: 'spki', format: 'pem' }))
  return { IDENTITY_PRIVATE_KEY_FILE: privateFile, IDENTITY_PUBLIC_KEYS_FILE: publicFile }
}
