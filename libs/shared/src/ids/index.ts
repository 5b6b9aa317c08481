import { randomBytes, randomFillSync } from 'node:crypto'

/** Randomness is fetched for many ids at once: each fetch is a call of the system. */
const pool = Buffer.alloc(16 * 256)
let poolUsed = pool.length

function sixteenRandomBytes(): Buffer {
  if (poolUsed === pool.length) {
    randomFillSync(pool)
    poolUsed = 0
  }
  poolUsed += 16
  return pool.subarray(poolUsed - 16, poolUsed)
}

/** A UUID of version 7 (RFC 9562): unique, and never to be used for order. */
export function uuidv7(nowMs: number = Date.now()): string {
  const bytes = sixteenRandomBytes()
  bytes.writeUIntBE(nowMs, 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** `bytes` of randomness as base64url text, for keys and tokens. */
export function randomToken(bytes = 24): string {
  return randomBytes(bytes).toString('base64url')
}
