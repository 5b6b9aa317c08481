import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { OpsError } from '../errors/index.ts'

/** Ed25519 keys: one signs, and any of the public ones is trusted, so that keys can be changed without a break. */
export interface IdentityKeys {
  readonly privateKey: KeyObject
  readonly publicKeys: readonly KeyObject[]
}

/** Keys that live as long as the process: for modules that share one. */
export function generateIdentityKeys(): IdentityKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { privateKey, publicKeys: [publicKey] }
}

/** Reads a PKCS #8 private key and a file of one or more SPKI public keys, all in PEM.
 *  @throws OpsError failed_precondition when a file is missing or holds something else */
export async function readIdentityKeys(privateKeyFile: string, publicKeysFile: string): Promise<IdentityKeys> {
  const [privateKey] = await keysIn(privateKeyFile, 'PRIVATE KEY', createPrivateKey)
  return { privateKey: privateKey!, publicKeys: await keysIn(publicKeysFile, 'PUBLIC KEY', createPublicKey) }
}

async function keysIn(file: string, label: string, parse: (pem: string) => KeyObject): Promise<KeyObject[]> {
  try {
    const text = await readFile(file, 'utf8')
    const blocks = text.match(new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`, 'g')) ?? []
    const keys = blocks.map((pem) => parse(pem))
    if (keys.length > 0 && keys.every((key) => key.asymmetricKeyType === 'ed25519')) return keys
  } catch (cause) {
    throw new OpsError('failed_precondition', `${file} is not a readable ${label.toLowerCase()} file`, { cause })
  }
  throw new OpsError('failed_precondition', `${file} holds no Ed25519 ${label.toLowerCase()} in PEM`)
}

/** Names a key in a token's header, so that the verifier picks it out of several. */
export function keyIdOf(publicKey: KeyObject): string {
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(spki).digest('base64url').slice(0, 16)
}
