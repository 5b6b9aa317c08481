import { createHash, generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeAuthority, makeCertificate } from '../certificates.ts'

/** Somebody who may talk to the API server, with the groups that decide what they may do. */
export interface TokenUser {
  readonly token: string
  readonly user: string
  readonly groups?: readonly string[]
}

/** Files of a control plane that prove who is who. */
export interface Credentials {
  readonly caFile: string
  readonly certFile: string
  readonly keyFile: string
  readonly serviceAccountKey: string
  readonly serviceAccountPublicKey: string
  readonly tokenFile: string
}

export const adminToken = 'testbed-admin'

export async function writeCredentials(folder: string, users: readonly TokenUser[]): Promise<Credentials> {
  const authority = await makeAuthority()
  const server = await makeCertificate({ authority })
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const all: readonly TokenUser[] = [{ token: adminToken, user: 'admin', groups: ['system:masters'] }, ...users]
  const lines = all.map(({ token, user, groups = [] }) => `${token},${user},${user},"${groups.join(',')}"`)
  const write = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  return {
    caFile: write('ca.crt', authority.cert),
    certFile: write('server.crt', server.cert),
    keyFile: write('server.key', server.key),
    serviceAccountKey: write('service-account.key', privateKey),
    serviceAccountPublicKey: write('service-account.pub', publicKey),
    tokenFile: write('tokens.csv', `${lines.join('\n')}\n`),
  }
}

/** A kubeconfig for one token. @returns its path. */
export function writeKubeconfig(
  folder: string,
  { url, caFile, token }: { url: string; caFile: string; token: string },
): string {
  const path = join(folder, `kubeconfig-${createHash('sha256').update(token).digest('hex').slice(0, 16)}.json`)
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'testbed',
    clusters: [{ name: 'testbed', cluster: { server: url, 'certificate-authority': caFile } }],
    users: [{ name: 'testbed', user: { token } }],
    contexts: [{ name: 'testbed', context: { cluster: 'testbed', user: 'testbed' } }],
  }
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 })
  return path
}
