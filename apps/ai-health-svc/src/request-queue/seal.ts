import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const ivBytes = 12
const tagBytes = 16

/** Encrypts `text` with AES-256-GCM for the request `id`, which the bytes are bound to. */
export function seal(text: string, dataKey: Buffer, id: string): Buffer {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', dataKey, iv)
  cipher.setAAD(Buffer.from(id))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed])
}

/** @returns null when `dataKey` is another one, or the bytes are not whole or of another request. */
export function unseal(bytes: Buffer, dataKey: Buffer, id: string): string | null {
  const iv = bytes.subarray(0, ivBytes)
  const tag = bytes.subarray(ivBytes, ivBytes + tagBytes)
  try {
    const decipher = createDecipheriv('aes-256-gcm', dataKey, iv, { authTagLength: tagBytes })
    decipher.setAAD(Buffer.from(id))
    decipher.setAuthTag(tag)
    const sealed = bytes.subarray(ivBytes + tagBytes)
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}
