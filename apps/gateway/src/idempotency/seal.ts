import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Seals `text` so that only whoever presents `credential` again can read it (HKDF-SHA-256, AES-256-GCM). */
export function seal(text: string, credential: string, context: string): Buffer {
  const salt = randomBytes(16)
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(credential, salt, context), iv)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([salt, iv, cipher.getAuthTag(), sealed])
}

/** @returns null when `credential` is another one, or the bytes are not whole. */
export function unseal(bytes: Buffer, credential: string, context: string): string | null {
  const [salt, iv, tag, sealed] = [
    bytes.subarray(0, 16),
    bytes.subarray(16, 28),
    bytes.subarray(28, 44),
    bytes.subarray(44),
  ]
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(credential, salt, context), iv, { authTagLength: 16 })
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}

const keyOf = (credential: string, salt: Buffer, context: string): Buffer =>
  Buffer.from(hkdfSync('sha256', credential, salt, context, 32))
